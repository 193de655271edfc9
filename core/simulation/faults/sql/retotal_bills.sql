-- grain: one chosen bill
update invoices set total = chosen.total from chosen where invoice_id = key
