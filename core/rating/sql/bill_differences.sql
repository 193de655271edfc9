-- grain: one row for each fee, one-off and discount that is billed wrongly, with the name of what is wrong.
with remainders as (select * from bill_remainders),
stays as (select * from subscriptions),
offers as (select plan_id, monthly_fee from plans),
granted_products as (select * from product_grants),
reductions as (select * from promotions),
granted_promotions as (select * from promotion_grants),

-- when each thing was held: plans, products and promotions
held as (
    select subscription_id, 'plan ' || plan_id as thing, valid_from, valid_to from stays
    union all
    select subscription_id, 'product ' || product_id, valid_from, valid_to from granted_products
    union all
    select
        subscription_id, promotion_id, greatest(granted_promotions.valid_from, reductions.valid_from),
        least(granted_promotions.valid_to, reductions.valid_to)
    from granted_promotions
    join reductions using (promotion_id)
),
holding as (
    select
        charge_id,
        bool_or(held.valid_from < ends_at and (valid_to is null or valid_to > starts_at)) as is_held,
        bool_or(valid_to <= starts_at) as has_ended
    from remainders
    join held using (subscription_id, thing)
    where state = 'extra'
    group by charge_id
),
subscribed as (
    select remainders.charge_id, bool_or(stays.valid_to is null or stays.valid_to > starts_at) as has_plan
    from remainders
    join stays using (subscription_id)
    where state = 'extra' and stays.valid_from < ends_at
    group by remainders.charge_id
),
priced as (
    select
        *,
        (explanation->>'fee')::decimal(18, 6) as fee,
        (explanation->>'days')::int as days,
        (explanation->>'days_in_cycle')::int as days_in_cycle
    from remainders
    where state = 'different' and kind = 'recurring'
),
recurring_faults as (
    select
        charge_id,
        case
            when billed_amount = 0 then 'zero_rated'
            when billed_plan_id <> expected_plan_id then 'wrong_plan'
            when days < days_in_cycle then 'wrong_proration'
            -- the line itself is for some days only
            when billed_amount < fee and billed_end - period_start < ends_at - starts_at - to_hours(12) then 'wrong_proration'
            when expected_plan_id is not null and billed_amount in (select monthly_fee from offers) then 'wrong_plan'
            when billed_amount > 0 and billed_amount < fee then 'wrong_proration'
            when billed_amount in (
                select round(fee::decimal(24, 6) * day / days_in_cycle, 2) from range(1, 63) as days_of_fee (day)
            ) then 'wrong_proration'
            else 'wrong_rate'
        end as fault
    from priced
)
select
    remainders.* exclude (thing, starts_at, ends_at, billed_end),
    case
        when state = 'missing' and kind = 'discount' then 'promotion_missing'
        when state = 'missing' then 'recurring_not_charged'
        when twin_id is not null then 'duplicate_charge'
        when kind = 'discount' and state = 'different' then 'promotion_wrong_amount'
        when kind = 'discount' and coalesce(has_ended and not is_held, false) then 'promotion_expired'
        when kind = 'discount' then 'promotion_ineligible'
        when recurring_faults.fault is not null then recurring_faults.fault
        when state = 'different' and billed_amount = 0 then 'zero_rated'
        when state = 'different' or is_held or thing = '' then 'wrong_rate'
        when kind = 'recurring' and (has_ended or not has_plan) then 'recurring_after_end'
        when kind = 'recurring' and has_plan and product_id is null then 'wrong_plan'
        else 'orphan_charge'
    end as fault
from remainders
left join holding using (charge_id)
left join subscribed using (charge_id)
left join recurring_faults using (charge_id)
