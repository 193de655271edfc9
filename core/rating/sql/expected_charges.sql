-- grain: one row for each line that should have been charged: the columns of *charges*, its event, its cycle and its explanation (view).
with asked as (select only_cycle from rating_asked),
usage_charges as (select * from rating_usage_charges),
other_charges as (select * from rating_other_charges),
lines as (
    select * from usage_charges
    union all by name
    select * from other_charges
)
select
    charge_id, record_id, account_id, subscription_id, invoice_id, kind, service,
    coalesce(quantity, 0) as quantity,
    coalesce(free_quantity, 0) as free_quantity,
    amount, currency, plan_id, tariff_id, promotion_id, product_id,
    null::varchar as corrects,
    null::varchar as approved_by,
    period_start, period_end, rated_at,
    false as estimated,
    'system' as created_by,
    reason, event_id, cycle, explanation
from lines, asked
where only_cycle is null or cycle = only_cycle
