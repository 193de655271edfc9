-- grain: one row for each fee, one-off and discount of a judged cycle, once as expected and once as billed; thing names what it is for.
with members as (select account_id, bill_cycle_day from rating_members),
cycles as (select * from rating_cycles where is_judged and is_begun),
expected as (select * from expected_charges where kind in ('recurring', 'one_off', 'discount')),
billed as (select * from bill_charges where kind in ('recurring', 'one_off', 'discount') and subscription_id is not null),
bills as (select * from invoices),
advance as (select plan_id from plans where fee_timing = 'advance'),
known as (
    select
        exists (from subscriptions) as crm,
        exists (from plans) as plans,
        exists (from product_grants) as products,
        exists (from promotion_grants) as promotions
),

-- a bill that was voided counts no more once the cycle has another
replaced as (
    select distinct void.invoice_id
    from bills as void
    join bills as other
        on other.account_id = void.account_id and other.cycle_start = void.cycle_start and other.status <> 'void'
    where void.status = 'void'
),
standing as (
    select
        billed.*, members.bill_cycle_day,
        if(kind = 'one_off' and product_id is not null, period_start, period_start + (period_end - period_start) / 2) as moment
    from billed
    join members using (account_id)
    cross join known
    anti join replaced using (invoice_id)
    where known.crm
        and case
            when kind = 'discount' then known.promotions
            when product_id is not null then known.products
            when kind = 'recurring' then known.plans
            else true
        end
),
lines as (
    select
        'billed' as side, charge_id, account_id, subscription_id, invoice_id, kind, plan_id, product_id, promotion_id, amount,
        reason, cycle_no, strftime(first_date, '%Y-%m-%d') as cycle, starts_at, ends_at, period_start, period_end, rated_at, null as explanation
    from standing
    join cycles
        on cycles.bill_cycle_day = standing.bill_cycle_day
        and cycles.starts_at <= standing.moment and cycles.ends_at > standing.moment
    union all by name
    select
        'expected' as side, charge_id, account_id, subscription_id, invoice_id, kind, plan_id, product_id, promotion_id, amount,
        reason, cycle_no, cycle, starts_at, ends_at, period_start, period_end, null as rated_at, explanation
    from expected
    join members using (account_id)
    join cycles on cycles.bill_cycle_day = members.bill_cycle_day and cycles.first_date = cycle::date
)
select
    *,
    if(kind = 'recurring' and product_id is null and plan_id in (from advance), starts_at, ends_at) as bill_end,
    case
        when kind = 'discount' then coalesce(promotion_id, '')
        when product_id is not null then 'product ' || product_id
        when kind = 'recurring' and plan_id is not null then 'plan ' || plan_id
        else ''
    end as thing
from lines
