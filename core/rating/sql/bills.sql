-- grain: one row for each account and cycle that has a line on its bill: its net, tax and total in micro-units (rules 14 and 15).
with scope as (select * from rating_scope),
members as (select * from rating_members),
cycles as (select * from rating_cycles),
judged as (select bill_cycle_day, cycle_no from cycles where is_judged),
known as (
    select invoice_id, account_no, cycle_no
    from invoices
    join members using (account_id)
    join cycles on cycles.bill_cycle_day = members.bill_cycle_day and cycles.starts_at = cycle_start
    where status <> 'void'
),
usage as (
    select account_no, coalesce(bill_no, lines.cycle_no) as bill_no, sum(amount_micro) as usage_micro
    from rating_charged_usage as lines
    left join rating_late_usage using (session_no)
    join members using (account_no)
    join judged on judged.bill_cycle_day = members.bill_cycle_day and judged.cycle_no = lines.cycle_no
    group by all
),
others as (
    select account_no, bill_no, amount_micro from rating_fees
    union all
    select account_no, cycle_no, amount_micro from rating_one_offs
    union all
    select account_no, cycle_no, cents * -10000 from rating_discounts
    union all
    select account_no, cycle_no, amount_micro from rating_minimums
),
own as (
    select account_no, bill_no, usage_micro, 0::hugeint as other_micro from usage
    union all
    select account_no, bill_no, 0, amount_micro from others
),
on_bill as (
    select account_no, bill_no as cycle_no, sum(usage_micro) as usage_micro, sum(other_micro) as other_micro
    from own
    group by all
),
given as (
    select known.account_no, known.cycle_no,
        sum(if(kind = 'usage', amount_micro, 0)) as usage_micro, sum(if(kind = 'usage', 0, amount_micro)) as other_micro
    from rating_given_lines as lines
    join known using (invoice_id)
    group by all
),
summed as (
    select
        members.account_no, members.account_id, invoice_id, cycles.*,
        (on_bill.usage_micro + coalesce(given.usage_micro, 0))::hugeint as usage_micro,
        (on_bill.other_micro + coalesce(given.other_micro, 0))::hugeint as other_micro
    from on_bill
    join members using (account_no)
    join cycles on cycles.bill_cycle_day = members.bill_cycle_day and cycles.cycle_no = on_bill.cycle_no
    left join given on given.account_no = on_bill.account_no and given.cycle_no = on_bill.cycle_no
    left join known on known.account_no = on_bill.account_no and known.cycle_no = on_bill.cycle_no
),
netted as (
    select *, sign(usage_micro)::int * ((abs(usage_micro) + 5000) // 10000) * 10000 + other_micro as net_micro,
        (tax_rate::decimal(38, 6) * 1000000)::hugeint as tax_rate_micro
    from summed, scope
)
select
    account_no, account_id, cycle_no, first_date, starts_at, ends_at, is_closed and is_judged as is_due,
    if(is_closed, invoice_id, null) as invoice_id,
    sign(net_micro)::int * ((abs(net_micro) + 5000) // 10000) as net_cents,
    sign(net_micro)::int * ((abs(net_micro) * tax_rate_micro * 2 + 10000000000) // 20000000000) as tax_cents
from netted
