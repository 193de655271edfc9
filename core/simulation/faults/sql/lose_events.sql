-- grain: one chosen event
delete from usage_events where event_id in (select key from chosen)
