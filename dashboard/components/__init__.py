"""Pieces that pages are drawn from, one module each. They take words and numbers, never read data."""
