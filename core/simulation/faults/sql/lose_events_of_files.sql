-- grain: one event of the chosen files
delete from usage_events where file_id in (select key from chosen)
