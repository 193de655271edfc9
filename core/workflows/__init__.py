"""Workflows: the assurance run from a folder to findings and cases."""
