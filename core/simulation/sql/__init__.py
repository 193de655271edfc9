"""SQL of the simulation: rendering of rows, billing, history. Holds no Python."""
