-- grain: one usage line that costs something, on a plain bill, of a record that was due to be charged long ago
-- one an account and cycle
select charge_id, record_id, account_id, subscription_id, cycle, mediated_at, mediation_hours, amount
from places
where plain and amount > 0 and mediated_at < as_of - to_hours(mediation_hours + 24)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
