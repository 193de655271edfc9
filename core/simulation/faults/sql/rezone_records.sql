-- grain: one chosen event's record in a zone that nobody knows
update mediation_records
set destination_zone = if(at_home, 'unknown', destination_zone), roaming_zone = if(at_home, roaming_zone, 'unknown')
from chosen where event_id = key
