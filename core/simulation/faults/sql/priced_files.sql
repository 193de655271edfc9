-- grain: one event, asked something for, of a partner's file with few
with files as (select file_id from file_places where kind = 'tap' and received_at is not null and record_count between 2 and 30),
priced as (select event_id, wholesale_charge from usage_events where wholesale_charge > 0)
select event_id, file_id, account_id, subscription_id, cycle, received_at, wholesale_charge, source
from places semi join files using (file_id) join priced using (event_id)
order by file_id, event_id
