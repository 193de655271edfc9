-- grain: the tax line of one chosen bill
delete from charges where kind = 'tax' and invoice_id in (select key from chosen)
