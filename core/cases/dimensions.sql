-- grain: one row for each finding and thing that several findings may have in common
with found as (
    select finding_id, fault, subscription_id, occurred_at, stream, subject_id, evidence, evidence->>'$.scope' as scope
    from findings
),
named as (select distinct finding_id, stream, key from evidence_rows),
events as (
    select event_id, source, file_id, apn, serving_plmn
    from usage_events
    where event_id in (select key from named where stream = 'usage_events')
),
files as (select file_id, source, partner_id from usage_files),
places as (select plmn, partner_id, zone = 'home' as is_home from networks),
plans as (select subscription_id, plan_id, valid_from, valid_to from subscriptions),
days as (select timezone from dataset),
keyed as (
    select charge_id, created_by from charges where created_by <> 'system' and charge_id in (select key from named where stream = 'charges')
),
of_event as (
    select named.finding_id, events.*, places.partner_id, coalesce(places.is_home, false) as is_home
    from named
    join events on events.event_id = named.key
    left join places on places.plmn = events.serving_plmn
    where named.stream = 'usage_events'
),
prices as (
    select finding_id, coalesce(evidence->>'$.expected.tariff_id', evidence->>'$.actual.tariff_id') as tariff_id from found
)
select finding_id, 'price' as dimension, tariff_id as value from prices where tariff_id is not null
union all
select finding_id, 'price', key from named where stream = 'tariffs'
union all
select finding_id, 'file', file_id from of_event
union all
select named.finding_id, 'file', named.key from named where stream = 'usage_files'
union all
select finding_id, 'partner', partner_id from of_event where partner_id is not null
union all
select finding_id, 'partner', replace(scope, 'tap:', '') from found where scope like 'tap:%'
union all
select named.finding_id, 'partner', files.partner_id
from named
join files on files.file_id = named.key
where named.stream = 'usage_files' and files.partner_id is not null
union all
select finding_id, 'source', source from of_event
union all
select finding_id, 'source', scope from found where scope is not null
union all
select finding_id, 'APN', apn from of_event where apn is not null
union all
select finding_id, 'network', serving_plmn from of_event where not is_home
union all
select named.finding_id, 'person', keyed.created_by from named join keyed on keyed.charge_id = named.key where named.stream = 'charges'
union all
select found.finding_id, 'plan', plans.plan_id
from found
join plans
    on plans.subscription_id = found.subscription_id
    and plans.valid_from <= found.occurred_at
    and (plans.valid_to is null or plans.valid_to > found.occurred_at)
union all
select finding_id, 'day', strftime(timezone(days.timezone, occurred_at), '%Y-%m-%d') from found cross join days
