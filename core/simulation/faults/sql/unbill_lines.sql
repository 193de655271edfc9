-- grain: one line of a chosen bill that never came to be
update charges set invoice_id = null, updated_at = rated_at where invoice_id in (select key from chosen)
