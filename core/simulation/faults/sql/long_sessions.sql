-- grain: one long session whose parts are all in, each once, with their ids in order
with parts as (
    select call_ref, list({event_id: event_id, file_id: file_id, quantity: bytes_up + bytes_down, started_at: started_at,
        received_at: received_at} order by partial_sequence) as parts
    from usage_events
    where call_ref is not null
    group by call_ref
    having bool_or(partial_last) and count(*) = max(partial_sequence)
)
select places.* exclude (file_id), parts
from places join parts using (call_ref)
where received_at < as_of - to_days(4)
order by call_ref
