-- grain: one flat line with the price of a plan that its subscription had before
-- at most three an account and cycle
with mispriced as (from mispriced where mistake = 'plan'),
stays as (select subscription_id, plan_id as wrong_plan, valid_to from subscriptions)
select mispriced.*
from mispriced join stays using (subscription_id, wrong_plan)
where valid_to <= started_at
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || wrong_tariff)) <= 3
order by charge_id, wrong_tariff
