-- grain: one session that could come after its bill has left
select * exclude (file_id) from mediated_sessions where greatest(due_at, issue_at) < as_of - to_days(4) order by event_id
