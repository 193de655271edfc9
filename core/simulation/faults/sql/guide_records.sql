-- grain: one chosen event's record, guided to another subscription
update mediation_records set subscription_id = chosen.subscription_id from chosen where event_id = key
