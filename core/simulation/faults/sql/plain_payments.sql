-- grain: one payment that settled a whole invoice by itself
with payments as (select * from payments where status = 'succeeded' and refund_of is null),
invoices as (select invoice_id, total from invoices where status = 'paid'),
cycles as (select * from cycle_places where plain)
select payment_id, payments.account_id, cycle, amount, payments.updated_at as settled_at
from payments join invoices using (invoice_id) join cycles using (invoice_id)
where amount = total
order by payment_id
