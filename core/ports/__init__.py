"""Ports: small protocols for what lies outside, each with a fake."""
