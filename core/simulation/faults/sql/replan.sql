-- grain: one chosen SIM card, on another plan in the charging system
update provisioning set plan_id = chosen.plan_id from chosen where imsi = key and active_from = chosen.since
