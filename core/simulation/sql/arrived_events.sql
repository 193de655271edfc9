-- grain: one usage event that has arrived by as_of
with events as (select * from slice_events where received_at <= $as_of),
wholesale as (select * from slice_wholesale)
select events.* replace (wholesale.wholesale_charge as wholesale_charge)
from events left join wholesale using (event_id)
