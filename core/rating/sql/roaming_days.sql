-- grain: one row for each subscription, roaming partner, local day, service and direction: what there was of it abroad.
with settings as (select timezone as tz from dataset),
abroad as (select plmn, partner_id from networks where partner_id is not null),
holders as (select * from subscriptions),
placed as (
    select
        subscription_id, partner_id, service, direction, other_party,
        timezone(tz, started_at)::date as day,
        case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end as quantity
    from usage_events as events
    join abroad on plmn = serving_plmn
    join holders on holders.imsi = events.imsi and started_at >= valid_from and (valid_to is null or started_at < valid_to),
    settings
    where replace(coalesce(cause_code, ''), ' ', '_') <> 'not_answered'
)
select
    subscription_id, partner_id, day, service, direction,
    count(*) as sessions,
    sum(quantity)::bigint as quantity,
    mode(other_party order by other_party) as other_party
from placed
group by subscription_id, partner_id, day, service, direction
order by subscription_id, partner_id, day, service, direction
