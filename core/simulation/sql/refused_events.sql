-- grain: one event as it came in a file that mediation refused, before it came again
with refused as (select * from drawn_refused),
events as (select * from usage_events)
select
    events.*
        replace ('F' || right(event_id, 10) as event_id, file_id || '-refused' as file_id, refused.received_at as received_at)
from events join refused using (file_id)
