-- grain: one payment that settled a whole plain bill, long enough ago to have been tried again or sent back
with payments as (select * from payments where status = 'succeeded' and refund_of is null),
invoices as (select invoice_id, total, issued_at from invoices where status = 'paid'),
cycles as (select cycle, invoice_id from cycle_places where plain and cycle_no > 0),
settings as (select as_of from dataset)
select payment_id, payments.account_id, cycle, invoice_id, amount, attempted_at, payments.updated_at as settled_at, issued_at, as_of
from payments join invoices using (invoice_id) join cycles using (invoice_id), settings
where amount = total and attempted_at < as_of - to_days(8)
order by payment_id
