-- grain: one flat line with the price of a plan that its subscription never had
-- at most three an account and cycle
with mispriced as (from mispriced where mistake = 'plan'),
stays as (select distinct subscription_id, plan_id as wrong_plan from subscriptions)
select mispriced.*
from mispriced anti join stays using (subscription_id, wrong_plan)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || wrong_tariff)) <= 3
order by charge_id, wrong_tariff
