-- grain: one usage line of an issued bill that could be rated after it left, with the next bill, not yet left by then
-- one an account and cycle
with lines as (from places where plain and amount >= 0.02 and amount < bill_total * 0.7 and issue_at < as_of - to_days(1)),
following as (
    select account_id, cycle_no - 1 as cycle_no, cycle as next_cycle, plain as next_plain, invoice_id as next_bill,
        cycle_end as next_cycle_end, issue_at as next_issue_at
    from cycle_places
)
select lines.*, next_cycle, next_bill, next_cycle_end, next_issue_at
from lines join following using (account_id, cycle_no)
where next_plain and rated_at < issue_at
    and (next_cycle_end + to_hours(3) > as_of or next_bill in (select invoice_id from invoices))
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
