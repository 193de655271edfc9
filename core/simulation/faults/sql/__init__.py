"""SQL of the fault library: where a fault can go, and the edits that plant it."""
