-- grain: one usage line that costs something, on a plain bill, of a record that was due to be charged long ago
select charge_id, record_id, account_id, subscription_id, cycle, mediated_at, mediation_hours, amount
from places
where plain and amount > 0 and mediated_at < as_of - to_hours(mediation_hours + 24)
order by charge_id
