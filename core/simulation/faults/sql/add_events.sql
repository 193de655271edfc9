-- grain: one event to be added
insert into usage_events by name from chosen
