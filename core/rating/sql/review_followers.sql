-- grain: one row for each line that is what pricing makes of it after the first wrong one, with that one.
with lines as (select * from review_lines where record_id not in (select record_id from review_given)),
first_wrong as (select charge_id as root_id, account_no, cycle_no, service_no from review_first_wrong),
after_it as (
    select record_id, quantity, free_quantity, plan_id, tariff_id, (amount::decimal(38, 6) * 1000000)::bigint as amount_micro
    from expected_charges
    where kind = 'usage'
)
select lines.charge_id, root_id
from lines
join first_wrong using (account_no, cycle_no, service_no)
join after_it using (record_id)
where charge_id <> root_id
    and after_it.amount_micro = billed_micro and after_it.quantity = billed_quantity and after_it.free_quantity = billed_free
    and (after_it.plan_id, after_it.tariff_id) is not distinct from (billed_plan_id, billed_tariff_id)
