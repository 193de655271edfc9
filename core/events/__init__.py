"""Events: decode, map, validate and land what an operator hands over."""
