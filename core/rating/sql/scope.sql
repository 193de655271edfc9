-- grain: one row; the dataset's settings that pricing depends on, and the local dates that the calendar is laid out for.
with settings as (select * from dataset)
select
    timezone as tz,
    currency,
    tax_rate,
    as_of,
    starts_at,
    home_plmns,
    coalesce(allowance_order, 'started_at') = 'arrival' as by_arrival,
    timezone(timezone, starts_at)::date - 45 as first_date,
    timezone(timezone, as_of)::date + 65 as last_date
from settings
