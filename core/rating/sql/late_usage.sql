-- grain: one row for each usage line that was rated after its cycle's bill was due: the cycle of the bill that takes it (rule 15).
with members as (select account_no, account_id, bill_cycle_day from rating_members),
cycles as (select * from rating_cycles),
usage as (select session_no, account_no, cycle_no, arrived_us from rating_usage_lines),
bills as (
    select account_no, cycle_no, epoch_us(issue_at) as issue_us
    from invoices
    join members using (account_id)
    join cycles on cycles.bill_cycle_day = members.bill_cycle_day and cycles.starts_at = cycle_start
    where status <> 'void'
),
late as (select usage.* from usage join bills using (account_no, cycle_no) where issue_us < arrived_us),
open_bills as (
    select members.account_no, cycles.cycle_no, coalesce(issue_us, 9223372036854775807) as issue_us
    from members
    join cycles on cycles.bill_cycle_day = members.bill_cycle_day
    left join bills on bills.account_no = members.account_no and bills.cycle_no = cycles.cycle_no
)
select session_no, min(open_bills.cycle_no) as bill_no
from late
join open_bills on open_bills.account_no = late.account_no
where open_bills.cycle_no > late.cycle_no and open_bills.issue_us >= arrived_us
group by session_no
