-- grain: one promotion that a line's plan does not qualify for, on a fee without any discount; one a subscription
with fees as (
    from fee_places where product_id is null and fees = 1 and not discounted and amount >= 2 and amount < bill_total * 0.8
),
granted as (select distinct subscription_id from promotion_grants),
offers as (
    select promotion_id, kind as promotion_kind, value, plans from promotions
    where applies_to = 'recurring' and kind in ('percent_off', 'amount_off', 'fee_waiver') and valid_to is null
)
select fees.*, promotion_id, promotion_kind, value
from fees anti join granted using (subscription_id), offers
where plans <> '*' and not list_contains(string_split(plans, ','), fees.plan_id)
qualify row_number() over (partition by subscription_id order by md5(charge_id || promotion_id)) = 1
order by charge_id, promotion_id
