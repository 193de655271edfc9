-- grain: one chosen event, as if another SIM card had made it
update usage_events set imsi = chosen.imsi from chosen where event_id = key
