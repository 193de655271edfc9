-- grain: one row for each subscription and cycle whose discounts or minimum differ: its fees, usage and other lines as billed, micro-units.
with sides as (select * from bill_sides where kind = 'discount' or (kind = 'one_off' and product_id is null)),
lines as (select * from bill_lines where side = 'billed'),
usage as (select * from bill_usage where subscription_id is not null),
bills as (select invoice_id, account_id, cycle_start from invoices where status <> 'void'),
members as (select account_id, account_no from rating_members),
subs as (select distinct subscription_id, sub_no from rating_periods),
asked as (
    select distinct account_id, account_no, subscription_id, sub_no, cycle_no, starts_at
    from sides
    join members using (account_id)
    join subs using (subscription_id)
),
amounts as (
    select account_no, asked.sub_no, asked.cycle_no, kind, product_id, null as service, amount
    from asked
    join lines using (account_id, subscription_id, cycle_no)
    union all by name
    select account_no, sub_no, cycle_no, 'usage' as kind, service, amount
    from asked
    join bills on bills.account_id = asked.account_id and bills.cycle_start = asked.starts_at
    join usage on usage.invoice_id = bills.invoice_id and usage.subscription_id = asked.subscription_id
),
micros as (select * exclude (amount), (amount::decimal(38, 6) * 1000000)::hugeint as micro from amounts)
select
    account_no, sub_no, cycle_no,
    coalesce(sum(micro) filter (kind = 'recurring' and product_id is null), 0)::hugeint as fees,
    coalesce(sum(micro) filter (service = 'voice'), 0)::hugeint as voice,
    coalesce(sum(micro) filter (service = 'sms'), 0)::hugeint as sms,
    coalesce(sum(micro) filter (service = 'data'), 0)::hugeint as data,
    coalesce(sum(micro) filter (service = 'iot'), 0)::hugeint as iot,
    coalesce(sum(micro) filter (kind in ('recurring', 'discount') or (kind = 'one_off' and product_id is not null)), 0)::hugeint as others
from asked
left join micros using (account_no, sub_no, cycle_no)
group by all
