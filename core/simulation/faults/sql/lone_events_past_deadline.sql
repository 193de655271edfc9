-- grain: one event of one part that mediation should have taken long ago, on a line that costs something
select event_id, record_id, account_id, subscription_id, cycle, received_at, mediation_hours, amount
from places
where call_ref is null and amount > 0 and received_at < as_of - to_hours(mediation_hours + 24)
order by event_id
