-- grain: at most one row; the account's last stay abroad: days with usage there, less than a week apart
with abroad as (select * from account_usage where zone not in ('home', 'unknown')),
days as (select distinct day from abroad),
breaks as (select day, coalesce(day - lag(day) over (order by day) >= 7, true) as is_first from days),
last_stay as (select max(day) as first_day from breaks where is_first),
stay as (select abroad.* from abroad, last_stay where abroad.day >= last_stay.first_day),
hosts as (
    select distinct coalesce(partners.name, networks.partner_id) as partner
    from usage_events
    semi join stay using (event_id)
    join networks on networks.plmn = usage_events.serving_plmn
    left join partners using (partner_id)
)
select
    list(distinct zone order by zone) as zones,
    (select coalesce(list(partner order by partner), []) from hosts where partner is not null) as partners,
    min(day) as first_day,
    max(day) as last_day,
    count(*) as sessions,
    coalesce(sum(quantity) filter (service in ('data', 'iot')), 0)::bigint as data_bytes
from stay
having count(*) > 0
