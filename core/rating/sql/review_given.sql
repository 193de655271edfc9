-- grain: one row for each line that is what pricing makes of the facts that mediation gave billing, and of the records that it charged.
with lines as (select record_id, billed_micro, billed_quantity, billed_free from review_lines),
as_given as (select record_id, quantity, free_quantity, (amount::decimal(38, 6) * 1000000)::bigint as amount_micro from expected_charges)
select record_id
from lines
join as_given using (record_id)
where amount_micro = billed_micro and quantity = billed_quantity and free_quantity = billed_free
