-- grain: one flat line with the price of a plan that its subscription never had
with mispriced as (from mispriced where mistake = 'plan'),
stays as (select distinct subscription_id, plan_id as wrong_plan from subscriptions)
select mispriced.*
from mispriced anti join stays using (subscription_id, wrong_plan)
order by charge_id, wrong_tariff
