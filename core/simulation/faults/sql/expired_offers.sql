-- grain: one promotion that has ended and could go on by mistake on the fee of a later cycle
with fees as (
    from fee_places where product_id is null and fees = 1 and not discounted and amount >= 2 and amount < bill_total * 0.8
),
grants as (select grant_id, subscription_id, promotion_id, valid_to from promotion_grants),
offers as (
    select promotion_id, kind as promotion_kind, value, plans, valid_to as offered_to from promotions
    where applies_to = 'recurring' and kind in ('percent_off', 'amount_off', 'fee_waiver')
)
select fees.*, grant_id, promotion_id, promotion_kind, value
from fees
join grants using (subscription_id)
join offers using (promotion_id)
where least(coalesce(valid_to, offered_to), coalesce(offered_to, valid_to)) <= cycle_start
    and (plans = '*' or list_contains(string_split(plans, ','), fees.plan_id))
order by charge_id, grant_id
