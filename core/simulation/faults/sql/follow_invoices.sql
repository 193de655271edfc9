-- grain: one changed bill
update invoices set total = changed_bills.total from changed_bills where changed_bills.invoice_id = invoices.invoice_id
