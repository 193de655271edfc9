-- grain: one chosen subscription whose former period was not closed in time
update subscriptions set valid_to = chosen.until from chosen where subscription_id = key and valid_from = chosen.since
