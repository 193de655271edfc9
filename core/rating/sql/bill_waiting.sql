-- grain: one row for each line of a cycle that is over, and each plan's fee, that no standing invoice holds.
with settings as (select as_of, timezone as tz from dataset),
cycle_days as (select account_id, bill_cycle_day, to_days(bill_cycle_day::int - 1) as days_in from accounts),
bills as (select invoice_id from invoices where status <> 'void'),
billed as (select * from charges where kind <> 'tax'),
open_cycles as (
    select distinct
        bill_cycle_day,
        timezone(tz, date_trunc('month', timezone(tz, as_of) - days_in) + days_in) as starts_at
    from cycle_days, settings
)
select billed.account_id, kind, plan_id, product_id, amount, rated_at, period_start
from billed
join cycle_days using (account_id)
join open_cycles using (bill_cycle_day)
anti join bills using (invoice_id)
where period_start < open_cycles.starts_at or (kind = 'recurring' and product_id is null)
