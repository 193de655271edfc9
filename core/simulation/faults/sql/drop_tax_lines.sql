-- grain: the tax line of one changed bill
delete from charges where kind = 'tax' and invoice_id in (select invoice_id from changed_bills)
