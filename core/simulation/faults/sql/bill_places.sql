-- grain: one plain bill with something to pay, its tax and its payment, if any
with bills as (select * from invoices where total > 2),
cycles as (select cycle, invoice_id from cycle_places where plain and cycle_no > 0),
taxes as (select invoice_id, charge_id as tax_id, amount as tax, rated_at as taxed_at from charges where kind = 'tax'),
paid as (select invoice_id, payment_id, payments.status as payment_status from payments where invoice_id is not null),
settings as (select as_of, tax_rate from dataset)
select bills.*, cycle, tax_id, tax, taxed_at, payment_id, payment_status, total - tax as net, as_of, tax_rate
from bills
join cycles using (invoice_id)
join taxes using (invoice_id)
left join paid using (invoice_id), settings
order by invoice_id
