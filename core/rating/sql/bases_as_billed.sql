-- grain: one row for each subscription and cycle whose discounts or minimum differ: its fees, usage and other lines as billed, micro-units.
with sides as (select * from bill_sides where kind = 'discount' or (kind = 'one_off' and product_id is null)),
members as (select account_id, account_no from rating_members),
subs as (select distinct subscription_id, sub_no from rating_periods),
billed as (select * from charges),
asked as (
    select distinct account_id, account_no, subscription_id, sub_no, cycle_no, starts_at, ends_at
    from sides
    join members using (account_id)
    join subs using (subscription_id)
),
lines as (
    select
        asked.account_no, asked.sub_no, asked.cycle_no, billed.kind, billed.service, billed.product_id,
        (billed.amount::decimal(38, 6) * 1000000)::hugeint as micro
    from asked
    join billed
        on billed.account_id = asked.account_id and billed.subscription_id = asked.subscription_id
        and billed.period_start >= asked.starts_at and billed.period_start < asked.ends_at
)
select
    account_no, sub_no, cycle_no,
    coalesce(sum(micro) filter (kind = 'recurring' and product_id is null), 0)::hugeint as fees,
    coalesce(sum(micro) filter (kind = 'usage' and service = 'voice'), 0)::hugeint as voice,
    coalesce(sum(micro) filter (kind = 'usage' and service = 'sms'), 0)::hugeint as sms,
    coalesce(sum(micro) filter (kind = 'usage' and service = 'data'), 0)::hugeint as data,
    coalesce(sum(micro) filter (kind = 'usage' and service = 'iot'), 0)::hugeint as iot,
    coalesce(sum(micro) filter (kind in ('recurring', 'discount') or (kind = 'one_off' and product_id is not null)), 0)::hugeint as others
from asked
left join lines using (account_no, sub_no, cycle_no)
group by all
