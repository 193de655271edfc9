-- grain: one row for each line that either price list leads to, with its amount under both; null where a list leads to none.
with old as (select * from rating_old_charges),
new as (select * from expected_charges),
gaps as (select coalesce(record_id, event_id) as subject, min(reason) as reason from unpriced group by all)
select
    coalesce(new.charge_id, old.charge_id) as charge_id,
    coalesce(new.event_id, old.event_id) as event_id,
    coalesce(new.account_id, old.account_id) as account_id,
    coalesce(new.subscription_id, old.subscription_id) as subscription_id,
    coalesce(new.cycle, old.cycle) as cycle,
    coalesce(new.kind, old.kind) as kind,
    coalesce(new.service, old.service) as service,
    coalesce(new.plan_id, old.plan_id) as plan_id,
    coalesce(new.product_id, old.product_id) as product_id,
    coalesce(new.promotion_id, old.promotion_id) as promotion_id,
    coalesce(new.period_start, old.period_start) as period_start,
    old.quantity as old_quantity,
    new.quantity as new_quantity,
    old.free_quantity as old_free_quantity,
    new.free_quantity as new_free_quantity,
    old.tariff_id as old_tariff_id,
    new.tariff_id as new_tariff_id,
    old.amount as old_amount,
    new.amount as new_amount,
    (coalesce(new.amount, 0) - coalesce(old.amount, 0))::decimal(18, 6) as difference,
    if(new.charge_id is null, gaps.reason, null) as unpriced
from old
full join new using (charge_id)
left join gaps on old.charge_id = 'usage:' || subject
