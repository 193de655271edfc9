"""Rating: what every charge should have been, exactly."""
