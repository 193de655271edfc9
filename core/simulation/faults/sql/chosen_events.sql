-- grain: one chosen event
select * from usage_events where event_id in (select key from chosen)
