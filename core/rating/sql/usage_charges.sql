-- grain: one row for each session of a judged cycle that can be priced: its usage line in the columns of *charges* (view; rules 10,
-- 15, 19).
with scope as (select * from rating_scope),
lines as (select * from rating_charged_usage),
cycles as (
    select bill_cycle_day, cycle_no, strftime(first_date, '%Y-%m-%d') as cycle from rating_cycles where is_judged
),
subs as (select distinct sub_no, subscription_id from rating_periods),
members as (select * from rating_members),
plan_numbers as (select * from rating_plan_numbers),
ladders as (select ladder_no, tariff_id, service from rating_ladders),
bills as (select account_no, cycle_no, invoice_id from rating_bills),
late_usage as (select * from rating_late_usage),
explanations as (select * from rating_explanations)
select
    'usage:' || coalesce(record_id, event_id) as charge_id,
    record_id,
    account_id,
    subscription_id,
    invoice_id,
    'usage' as kind,
    service,
    rounded as quantity,
    free as free_quantity,
    (lines.amount_micro * 0.000001::decimal(7, 6))::decimal(18, 6) as amount,
    currency,
    plan_id,
    tariff_id,
    make_timestamptz(started_us) as period_start,
    make_timestamptz(started_us + duration_s * 1000000) as period_end,
    make_timestamptz(arrived_us) as rated_at,
    event_id,
    cycle,
    explanation
from lines
join cycles on cycles.bill_cycle_day = lines.bill_cycle_day and cycles.cycle_no = lines.cycle_no
join subs using (sub_no)
join members using (account_no)
join ladders using (ladder_no)
left join plan_numbers using (plan_no)
left join late_usage using (session_no)
left join bills on bills.account_no = lines.account_no and bills.cycle_no = coalesce(bill_no, lines.cycle_no)
left join explanations using (session_no),
scope
