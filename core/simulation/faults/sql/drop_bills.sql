-- grain: one chosen bill
delete from invoices where invoice_id in (select key from chosen)
