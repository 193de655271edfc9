-- grain: one monthly fee on the plain bill of its own cycle, with the days that it pays for
with sample as (
    select account_id from accounts order by md5(account_id || $salt) limit $accounts
),
fees as (select * from charges where kind = 'recurring' and invoice_id is not null and account_id in (from sample)),
cycles as (select * from cycle_places where plain and cycle_no > 0),
bills as (select invoice_id, total as bill_total from invoices),
plans as (select plan_id, monthly_fee, prorate from plans where fee_timing = 'arrears'),
products as (select product_id, fee, prorate from products),
discounted as (select distinct subscription_id, invoice_id from charges where kind = 'discount'),
settings as (select timezone, as_of from dataset),
numbered as (
    select
        *,
        date_diff('day', period_start at time zone timezone, period_end at time zone timezone) as days,
        date_diff('day', cycle_start at time zone timezone, cycle_end at time zone timezone) as cycle_days
    from fees join cycles using (account_id, invoice_id), settings
    where period_start >= cycle_start and period_start < cycle_end
)
select
    charge_id, account_id, subscription_id, cycle, cycle_start, cycle_end, issue_at, invoice_id as bill, as_of, timezone,
    numbered.plan_id, numbered.product_id, amount, period_start, period_end, rated_at, updated_at, days, cycle_days, bill_total,
    coalesce(products.fee, plans.monthly_fee) as fee, coalesce(products.prorate, plans.prorate) as prorate,
    discounted.invoice_id is not null as discounted,
    count(*) over (partition by subscription_id, cycle, product_id) as fees
from numbered
join bills using (invoice_id)
left join plans using (plan_id)
left join products using (product_id)
left join discounted using (subscription_id, invoice_id)
where coalesce(products.fee, plans.monthly_fee) is not null
