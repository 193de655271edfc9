"""The frame of the dashboard: router, cached reads, drawing. No rules."""
