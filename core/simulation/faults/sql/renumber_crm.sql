-- grain: one chosen subscription, under another number in CRM
update subscriptions set msisdn = chosen.msisdn from chosen where subscription_id = key and valid_from = chosen.since
