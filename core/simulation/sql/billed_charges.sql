-- grain: one line with the invoice it is on by as_of, if any: the bill runs every night until the invoice leaves
with lines as (select * from rated_lines),
cycles as (select * from account_cycles),
placed as (
    -- a line rated after its own invoice left goes on the next one that has not
    select lines.*, cycles.invoice_id as bill, first_run, issue_at
    from lines join cycles using (account_id)
    where cycle_no >= bill_no and issue_at >= rated_at
    qualify row_number() over (partition by charge_id order by cycle_no) = 1
),
timed as (
    select
        *,
        least(
            issue_at,
            first_run + to_hours(24 * greatest(0, (date_diff('second', first_run, rated_at) + 86399) // 86400))
        ) as billed_at
    from placed
)
select
    * exclude (invoice_id, updated_at, bill, bill_no, first_run, issue_at, billed_at),
    case when billed_at <= $as_of then bill end as invoice_id,
    case when billed_at <= $as_of then billed_at else rated_at end as updated_at
from timed
