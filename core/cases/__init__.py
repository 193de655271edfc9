"""Findings become cases: grouping, summary, severity and due time."""
