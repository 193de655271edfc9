-- grain: one row for each line that is the first one wrong of its account, cycle and service, where others after it are wrong too.
with wrong as (
    select line_no, charge_id, record_id, account_no, cycle_no, service_no, order_us, event_id, billed_quantity, billed_free
    from review_lines
    where record_id not in (select record_id from review_given)
)
select *
from wrong
qualify row_number() over (partition by account_no, cycle_no, service_no order by order_us, event_id) = 1
    and count(*) over (partition by account_no, cycle_no, service_no) > 1
