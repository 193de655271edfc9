-- grain: one chosen bill, void
update invoices set status = 'void', updated_at = chosen.voided_at from chosen where invoice_id = key
