"""Simulated operators with labelled faults."""
