-- grain: one event that a partner asks something for
select event_id, file_id, account_id, subscription_id, cycle, received_at, wholesale_charge, source
from places join (select event_id, wholesale_charge from usage_events) using (event_id)
where wholesale_charge > 0
order by event_id
