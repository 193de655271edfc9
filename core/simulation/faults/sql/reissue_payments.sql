-- grain: one payment of a chosen bill, for the bill that takes its place
update payments set invoice_id = chosen.reissued from chosen where invoice_id = key
