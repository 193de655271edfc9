-- grain: one chosen event that came later, in another file or the same
update usage_events
set file_id = chosen.file_id, received_at = chosen.received_at,
    file_position = if(usage_events.file_id = chosen.file_id, usage_events.file_position, chosen.file_position)
from chosen where event_id = key
