-- grain: one row for each fee, one-off, discount, minimum and tax line in the columns of *charges* (rules 12 to 14, 19).
with scope as (select currency, tax_rate from rating_scope),
bills as (select * from rating_bills),
cycles as (select * from rating_cycles),
members as (select account_no, bill_cycle_day from rating_members),
lines as (
    select
        'recurring:' || subscription_id || ':' || subject || ':' || strftime(timezone('UTC', paid_from), '%Y%m%dT%H%M%S') as charge_id,
        'recurring' as kind, account_no, account_id, subscription_id, cycle_no, bill_no, amount_micro, plan_id, product_id,
        paid_from as period_start, paid_to as period_end, paid_from as rated_at,
        to_json({fee: fee::decimal(18, 6)::varchar, prorated: prorate, days: days, days_in_cycle: days_in_cycle})::varchar as explanation
    from rating_fees
    union all by name
    select
        'one_off:' || grant_id as charge_id,
        'one_off' as kind, account_no, account_id, subscription_id, cycle_no, cycle_no as bill_no, amount_micro, product_id,
        valid_from as period_start, coalesce(valid_to, valid_from) as period_end, valid_from as rated_at,
        to_json({grant_id: grant_id, fee: fee::decimal(18, 6)::varchar})::varchar as explanation
    from rating_one_offs
    union all by name
    select
        'discount:' || grant_id || ':' || strftime(timezone('UTC', starts_at), '%Y%m%dT%H%M%S') as charge_id,
        'discount' as kind, discounts.account_no, account_id, subscription_id, cycle_no, cycle_no as bill_no,
        cents * -10000 as amount_micro, plan_id, promotion_id,
        starts_at as period_start, ends_at as period_end, ends_at as rated_at,
        to_json({
            grant_id: grant_id, kind: kind,
            value: (coalesce(off_micro, percent_micro)::bigint * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar,
            applies_to: if(target = 'fees', 'recurring', target),
            base: (base_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar
        })::varchar as explanation
    from rating_discounts as discounts
    join members using (account_no)
    join cycles using (bill_cycle_day, cycle_no)
    union all by name
    select
        'minimum:' || subscription_id || ':' || strftime(timezone('UTC', starts_at), '%Y%m%dT%H%M%S') as charge_id,
        'one_off' as kind, minimums.account_no, account_id, subscription_id, cycle_no, cycle_no as bill_no,
        amount_micro, plan_id, 'minimum spend' as reason,
        starts_at as period_start, ends_at as period_end, ends_at as rated_at,
        to_json({
            minimum_spend: ((minimum_micro::bigint * 0.000001::decimal(7, 6))::decimal(18, 6))::varchar,
            spent: ((spent_micro * 0.000001::decimal(7, 6))::decimal(18, 6))::varchar
        })::varchar as explanation
    from rating_minimums as minimums
    join members using (account_no)
    join cycles using (bill_cycle_day, cycle_no)
    union all by name
    select
        'tax:' || account_id || ':' || strftime(timezone('UTC', starts_at), '%Y%m%dT%H%M%S') as charge_id,
        'tax' as kind, account_no, account_id, cycle_no, cycle_no as bill_no, (tax_cents * 10000)::bigint as amount_micro,
        starts_at as period_start, ends_at as period_end, ends_at as rated_at,
        to_json({net: ((net_cents::bigint * 0.01::decimal(3, 2))::decimal(18, 6))::varchar, tax_rate: tax_rate::decimal(18, 6)::varchar})::varchar as explanation
    from bills, scope
    where is_due and tax_cents <> 0
)
select
    charge_id,
    lines.account_id,
    subscription_id,
    invoice_id,
    kind,
    (amount_micro * 0.000001::decimal(7, 6))::decimal(18, 6) as amount,
    currency,
    plan_id,
    promotion_id,
    product_id,
    period_start,
    period_end,
    rated_at,
    reason,
    strftime(cycles.first_date, '%Y-%m-%d') as cycle,
    explanation
from lines
join members using (account_no)
join cycles on cycles.bill_cycle_day = members.bill_cycle_day and cycles.cycle_no = lines.cycle_no
left join bills on bills.account_no = lines.account_no and bills.cycle_no = bill_no,
scope
