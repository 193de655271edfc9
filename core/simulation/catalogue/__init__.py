"""The simulated operator's price list, partners, holidays and names, as CSV files."""
