"""The plugs: each module speaks to one outside system. Only bootstrap imports it."""
