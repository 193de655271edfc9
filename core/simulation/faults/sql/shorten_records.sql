-- grain: one chosen record of a session that lacks a part
update mediation_records
set event_id = chosen.event_id, started_at = chosen.started_at, quantity = chosen.quantity
from chosen where record_id = key
