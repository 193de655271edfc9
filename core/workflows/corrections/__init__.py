"""From an approved correction to what the operator's systems did: one decision, one effect."""
