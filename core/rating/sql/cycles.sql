-- grain: one row for each cycle day in use and bill cycle in the calendar (rule 2).
with scope as (select * from rating_scope),
cycle_days as (select distinct bill_cycle_day from rating_accounts),
midnights as (select local_date, at_us from rating_edges where minute = 0),
begun as (
    select
        bill_cycle_day,
        year(local_date) * 12 + month(local_date) as cycle_no,
        local_date as first_date,
        lead(local_date) over (partition by bill_cycle_day order by local_date) as next_date,
        make_timestamptz(at_us) as starts_at,
        make_timestamptz(lead(at_us) over (partition by bill_cycle_day order by local_date)) as ends_at
    from midnights
    join cycle_days on day(local_date) = bill_cycle_day
)
select
    begun.*,
    next_date - begun.first_date as days,
    begun.starts_at >= scope.starts_at as is_judged,
    begun.starts_at <= as_of as is_begun,
    ends_at <= as_of as is_closed
from begun, scope
where ends_at is not null
