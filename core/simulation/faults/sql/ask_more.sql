-- grain: one chosen event with another wholesale price
update usage_events set wholesale_charge = chosen.wholesale_charge from chosen where event_id = key
