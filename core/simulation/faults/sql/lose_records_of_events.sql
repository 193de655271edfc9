-- grain: one record of a chosen event
delete from mediation_records where event_id in (select key from chosen)
