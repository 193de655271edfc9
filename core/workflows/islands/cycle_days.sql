-- grain: one row for each account on whose cycle day billing now turns out to write lines while the cycle runs: what it has not
-- written is missing from then on.
insert into island_keys
with known as (select key from island_keys where kind = 'account'),
settings as (select as_of, timezone as tz from dataset),
accounts as (select account_id, bill_cycle_day, to_days(bill_cycle_day::int - 1) as days_in from all_accounts),
current_cycles as (
    select distinct
        bill_cycle_day,
        timezone(tz, date_trunc('month', timezone(tz, as_of) - days_in) + days_in) as starts_at,
        timezone(tz, date_trunc('month', timezone(tz, as_of) - days_in) - interval 1 month + days_in) as former_starts_at
    from accounts
    cross join settings
),
running as (
    select bill_cycle_day, starts_at from current_cycles
    union all
    select bill_cycle_day, former_starts_at from current_cycles cross join settings where starts_at > as_of - interval 3 hours
),
fresh as (select arrival from arrived where stream = 'charges'),
lines as (
    select account_id, period_start, rated_at > $before or _file in (from fresh) as is_new
    from all_charges
    cross join settings
    where kind = 'usage' and rated_at <= as_of
),
latest_each as (select account_id, is_new, max(period_start) as last_start from lines group by account_id, is_new),
latest as (
    select bill_cycle_day, max(last_start) as now_at, max(last_start) filter (not is_new) as before_at
    from latest_each
    join accounts using (account_id)
    group by bill_cycle_day
),
begun as (
    select bill_cycle_day
    from running
    join latest using (bill_cycle_day)
    where now_at >= starts_at and coalesce(before_at < starts_at, true)
)
select distinct 'account', account_id, 0
from accounts
where bill_cycle_day in (from begun) and account_id not in (from known)
