-- grain: one agreed wholesale price of one partner; `ask` is percent of the zone's list price
with partners as (select * from listed_partners),
rates as (select * from listed_rates)
select
    partner_id, service, direction, unit,
    ((cast(rate as decimal(18, 6)) * 1000000)::bigint * ask::bigint // 100 * 0.000001)::decimal(18, 6) as rate,
    increment::bigint as increment, currency, $launch::timestamptz as valid_from, null::timestamptz as valid_to
from partners join rates using (zone)
order by all
