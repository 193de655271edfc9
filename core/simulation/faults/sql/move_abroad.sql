-- grain: one chosen event with another number and network
update usage_events
set other_party = chosen.other_party, serving_plmn = chosen.serving_plmn, cell = chosen.cell
from chosen where event_id = key
