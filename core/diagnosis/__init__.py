"""Why something is wrong: causes weighed by evidence, asked for where money and doubt are greatest."""
