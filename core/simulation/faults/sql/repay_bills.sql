-- grain: one payment of a chosen bill, which collects what the bill says
update payments set amount = chosen.total from chosen where invoice_id = key and amount = chosen.old_total
