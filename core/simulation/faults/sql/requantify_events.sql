-- grain: one chosen event, as if the network had measured what mediation wrote
update usage_events
set duration_s = if(service = 'voice', quantity, duration_s),
    bytes_up = if(service = 'voice', bytes_up, 0),
    bytes_down = if(service = 'voice', bytes_down, quantity)
from chosen where event_id = key
