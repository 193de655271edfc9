-- grain: one monthly or one-off fee that could be charged again
select charge_id, account_id, subscription_id, cycle, cycle_start, cycle_end, issue_at, bill, as_of, amount, rated_at
from fee_places
where amount >= 0.5
union all
select charge_id, account_id, subscription_id, cycle, cycle_start, cycle_end, issue_at, invoice_id, as_of, amount, rated_at
from charges join cycle_places using (account_id, invoice_id), (select as_of from dataset)
where kind = 'one_off' and product_id is not null and plain and amount >= 0.5
order by charge_id
