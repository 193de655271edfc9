-- grain: one session that mediation should have finished with long ago
select * exclude (file_id) from mediated_sessions where due_at < as_of - to_hours(24) order by event_id
