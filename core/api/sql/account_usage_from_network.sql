-- grain: one row for each piece of usage that the network saw on the account's subscriptions
with settings as (select timezone, home_plmns from dataset),
mine as (
    select distinct imsi, valid_from, coalesce(valid_to, 'infinity'::timestamptz) as valid_to
    from subscriptions
    where account_id = $account
),
events as (select * from usage_events semi join mine using (imsi)),
zones as (select plmn, zone from networks)
select
    null::varchar as record_id,
    events.event_id,
    events.service,
    case when list_contains(settings.home_plmns, events.serving_plmn) then 'home' else coalesce(zones.zone, 'unknown') end as zone,
    (events.started_at at time zone settings.timezone)::date as day,
    case events.service
        when 'voice' then events.duration_s
        when 'sms' then 1
        else events.bytes_up + events.bytes_down
    end as quantity
from events
cross join settings
left join zones on zones.plmn = events.serving_plmn
semi join mine on mine.imsi = events.imsi and events.started_at >= mine.valid_from and events.started_at < mine.valid_to
