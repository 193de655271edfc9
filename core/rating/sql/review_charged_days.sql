-- grain: one row for each cycle day on which billing writes usage lines while the cycle runs: it has done so in the running cycle.
with settings as (select as_of from rating_scope),
customers as (select account_id, bill_cycle_day from rating_accounts),
running as (
    select bill_cycle_day, starts_at
    from rating_cycles, settings
    where starts_at <= as_of and ends_at > as_of - interval 3 hour
)
select distinct bill_cycle_day
from review_billed
join customers using (account_id)
join running using (bill_cycle_day)
where period_start >= running.starts_at
