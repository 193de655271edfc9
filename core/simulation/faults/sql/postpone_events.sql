-- grain: one event of a chosen file
update usage_events set received_at = chosen.received_at from chosen where file_id = key
