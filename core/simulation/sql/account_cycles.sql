-- grain: one bill cycle of one account, from the one before the data to the open one
with accounts as (select account_id, bill_cycle_day from accounts),
cycles as (select * from bill_cycles)
select
    account_id, cycle_no, cycle_start, cycle_end,
    cycle_end + to_hours(3) as first_run,
    cycle_end + to_hours(126) as issue_at,
    'I' || right(account_id, 7) || '-' || strftime(cycle_start at time zone $timezone, '%Y%m%d') as invoice_id
from accounts join cycles using (bill_cycle_day)
