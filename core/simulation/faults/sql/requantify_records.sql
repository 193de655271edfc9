-- grain: one chosen event's record with another quantity
update mediation_records set quantity = chosen.quantity from chosen where event_id = key
