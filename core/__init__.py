"""Assay, preventive billing assurance: the stages read top to bottom like the flow of the data."""
