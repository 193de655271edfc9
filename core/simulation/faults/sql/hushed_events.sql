-- grain: one event of the chosen files that is never reported; parts of long sessions stay, and some others
select event_id, file_id
from usage_events
where file_id in (select key from chosen) and call_ref is null and right(event_id, 9)::bigint * 7919 % 100 >= $kept
order by event_id
