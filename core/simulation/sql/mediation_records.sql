-- grain: one session that mediation has finished with by as_of
with events as (select * from slice_events where received_at <= $as_of),
subscriptions as (select * from subscriptions),
networks as (select * from networks),
destinations as (select * from destinations),
sessions as (
    select
        arg_min(event_id, started_at) as event_id,
        sum(case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end)::bigint as quantity,
        max(received_at) as received_at
    from events
    group by coalesce(call_ref, event_id)
    having bool_or(partial_last is distinct from false)
),
numbers as (
    select distinct left(other_party, 6) as head from events where other_party is not null and direction = 'mo'
),
zones as (
    select head, arg_max(zone, length(prefix)) as zone
    from numbers join destinations on starts_with(head, prefix)
    group by head
),
records as (
    select
        events.*, sessions.quantity, subscription_id,
        if(direction = 'mt' or other_party is null, 'any', zones.zone) as destination_zone,
        networks.zone as roaming_zone,
        sessions.received_at + to_seconds(300 + (right(event_id, 9)::bigint * 7919) % 3600) as mediated_at
    from sessions
    join events using (event_id)
    join networks on plmn = serving_plmn
    left join zones on head = left(other_party, 6)
    left join subscriptions
        on subscriptions.imsi = events.imsi
        and started_at >= valid_from and (valid_to is null or started_at < valid_to)
)
select
    'R' || right(event_id, 10) as record_id,
    event_id, subscription_id, service, direction, destination_zone, roaming_zone, started_at, quantity,
    if(subscription_id is null or cause_code is not null, 'discarded', 'forwarded') as status,
    case when subscription_id is null then 'test_sim' else cause_code end as reason,
    mediated_at,
    mediated_at as updated_at
from records
where mediated_at <= $as_of
