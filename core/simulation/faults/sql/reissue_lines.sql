-- grain: one line of a chosen bill, on the bill that takes its place
update charges set invoice_id = chosen.reissued from chosen where invoice_id = key
