-- grain: one payment of a changed bill
update payments set amount = changed_bills.total
from changed_bills
where changed_bills.invoice_id = payments.invoice_id and payments.amount = old_total
