-- grain: one record of an event in the chosen files
delete from mediation_records
where event_id in (select event_id from usage_events where file_id in (select key from chosen))
