-- grain: one payment of a chosen bill
delete from payments where invoice_id in (select key from chosen)
