-- grain: one row for each day, source, service, partner and state of the usage that the network saw: what mediation made of it.
with settings as (select timezone, starts_at, as_of, mediation_hours from dataset),
files as (select file_id, partner_id, status from usage_files),
events as (select * from usage_events),
records as (select event_id, status, quantity from mediation_records),
named as (select fault, subject_id from findings where stream in ('usage_events', 'mediation_records')),
-- of several records of one event, the one that went furthest
taken as (
    select event_id, min(case status when 'forwarded' then 1 when 'suspended' then 2 when 'duplicate' then 3 else 4 end) as rank
    from records
    group by event_id
),
in_sessions as (
    select imsi, call_ref, min(rank) as rank
    from events
    join taken using (event_id)
    where call_ref is not null
    group by imsi, call_ref
),
followed as (
    select
        timezone(settings.timezone, started_at)::date as day,
        source,
        service,
        partner_id,
        case
            when files.status = 'rejected' then 'file_rejected'
            else case coalesce(taken.rank, in_sessions.rank)
                when 1 then 'forwarded' when 2 then 'record_suspended' when 3 then 'duplicate' when 4 then 'discarded'
            end
        end as came_to,
        named.fault,
        received_at + to_hours(mediation_hours) < as_of as is_due,
        case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end as quantity
    from events
    cross join settings
    left join files using (file_id)
    left join taken using (event_id)
    left join in_sessions on in_sessions.imsi = events.imsi and in_sessions.call_ref = events.call_ref
    left join named on named.subject_id = events.event_id and named.fault = 'event_not_mediated'
    where started_at >= starts_at
)
select
    'mediation' as point,
    day,
    source,
    service,
    partner_id,
    coalesce(fault, came_to, if(is_due, 'session_incomplete', 'awaited')) as state,
    count(*) as records,
    sum(quantity)::bigint as quantity,
    0::decimal(18, 6) as amount,
    count(*) as parts
from followed
group by all
