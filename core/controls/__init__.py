"""Controls: what breaks a rule. One .sql file each; the engine that runs them."""
