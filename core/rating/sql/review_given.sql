-- grain: one row for each line that is what pricing makes of the facts that mediation gave billing, and of the records that it charged.
with lines as (select record_id, billed_micro, billed_quantity, billed_free, billed_plan_id, billed_tariff_id from review_lines),
as_given as (
    select record_id, quantity, free_quantity, plan_id, tariff_id, (amount::decimal(38, 6) * 1000000)::bigint as amount_micro
    from expected_charges
    where kind = 'usage'
)
select record_id
from lines
join as_given using (record_id)
where amount_micro = billed_micro and quantity = billed_quantity and free_quantity = billed_free
    and (plan_id, tariff_id) is not distinct from (billed_plan_id, billed_tariff_id)
