-- grain: one session that mediation could finish with two days late and still make its bill
select * exclude (file_id) from mediated_sessions where due_at < least(as_of, issue_at) - to_hours(48) order by event_id
