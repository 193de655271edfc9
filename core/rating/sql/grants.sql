-- grain: one row for each product that a subscription was granted by now, and whose account pays for it (rule 12).
with scope as (select * from rating_scope),
granted as (select * from product_grants),
offers as (select * from products),
periods as (select * from rating_periods where not is_stand_in),
owners as (
    select grant_id, periods.*
    from granted
    join periods using (subscription_id)
    qualify row_number() over (
        partition by grant_id
        order by epoch_us(granted.valid_from) >= from_us and epoch_us(granted.valid_from) < to_us desc, from_us desc
    ) = 1
)
select
    grant_id, product_id, kind, fee, coalesce(prorate, false) as prorate, granted.valid_from, granted.valid_to,
    sub_no, owners.subscription_id, account_no, account_id, bill_cycle_day
from granted
join offers using (product_id)
join owners using (grant_id),
scope
where granted.valid_from <= as_of and account_no in (select account_no from rating_members)
