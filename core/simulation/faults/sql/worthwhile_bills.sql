-- grain: one closed cycle of one account with a plain bill that bears several credits, and a line as an example
with bills as (select invoice_id, total as bill_total, account_id from invoices where total between 30 and 400),
cycles as (select * from cycle_places where plain and cycle_no > 0),
examples as (
    select invoice_id, min(charge_id) as charge_id from charges where kind = 'recurring' and product_id is null group by all
),
settings as (select as_of from dataset)
select account_id, cycle, cycle_start, cycle_end, issue_at, invoice_id as bill, charge_id, bill_total, as_of
from cycles
join bills using (account_id, invoice_id)
join examples using (invoice_id), settings
order by account_id, cycle
