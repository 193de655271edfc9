-- grain: one chosen bill that nobody has paid
update invoices set status = chosen.status, updated_at = chosen.updated_at from chosen where invoices.invoice_id = chosen.invoice_id
