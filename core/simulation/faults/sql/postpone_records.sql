-- grain: one record of a session with a part in a chosen file: done within the hour after the last part came
with parts as (
    select coalesce(call_ref, event_id) as session, event_id, started_at, usage_events.received_at,
        chosen.key is not null as moved
    from usage_events left join chosen on file_id = key
),
sessions as (
    select arg_min(event_id, started_at) as event_id, max(received_at) as received_at
    from parts group by session having bool_or(moved)
)
update mediation_records
set mediated_at = sessions.received_at + to_seconds(300 + right(record_id, 9)::bigint * 7919 % 3000),
    updated_at = sessions.received_at + to_seconds(300 + right(record_id, 9)::bigint * 7919 % 3000)
from sessions where sessions.event_id = mediation_records.event_id
