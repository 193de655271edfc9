-- grain: one row for each piece of the account's usage that mediation kept
with settings as (select timezone, home_plmns from dataset),
mine as (select distinct subscription_id from subscriptions where account_id = $account),
records as (select * from mediation_records semi join mine using (subscription_id)),
events as (select event_id, any_value(serving_plmn) as plmn from usage_events group by event_id),
zones as (select plmn, any_value(zone) as zone from networks group by plmn)
select
    records.record_id,
    records.event_id,
    records.service,
    coalesce(
        records.roaming_zone,
        case when list_contains(settings.home_plmns, events.plmn) then 'home' else zones.zone end,
        'unknown'
    ) as zone,
    (records.started_at at time zone settings.timezone)::date as day,
    records.quantity
from records
cross join settings
left join events using (event_id)
left join zones using (plmn)
where records.status in ('forwarded', 'suspended')
