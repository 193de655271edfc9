"""Who may do what, and the proof of who did."""
