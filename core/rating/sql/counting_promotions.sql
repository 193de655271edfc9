-- grain: one row for each granted promotion and cycle in which it counts, with the plan that made it count (rule 13).
with scope as (select * from rating_scope),
grants as (select * from promotion_grants),
offers as (select * from promotions),
cycles as (select * from rating_cycles),
holdings as (select * from rating_holdings where not is_stand_in and account_no in (select account_no from rating_members)),
granted as (
    select
        grant_id, subscription_id, promotion_id, kind, value, applies_to, plans,
        greatest(grants.valid_from, offers.valid_from) as valid_from,
        least(grants.valid_to, offers.valid_to) as valid_to
    from grants
    join offers using (promotion_id)
),
homes as (select distinct subscription_id, account_no, account_id, bill_cycle_day from holdings),
moments as (
    select granted.*, homes.* exclude (subscription_id), cycle_no, greatest(cycles.starts_at, valid_from) as first_moment
    from granted
    join homes using (subscription_id)
    join cycles on cycles.bill_cycle_day = homes.bill_cycle_day and valid_from < cycles.ends_at and (valid_to is null or valid_to > cycles.starts_at)
)
select
    moments.* exclude (plans, valid_from, valid_to, first_moment, account_no, account_id),
    holdings.account_no, holdings.account_id, sub_no, plan_no, plan_id,
    row_number() over (partition by sub_no, cycle_no order by grant_id) as level
from moments
join holdings
    on holdings.subscription_id = moments.subscription_id
    and epoch_us(first_moment) >= holdings.from_us and epoch_us(first_moment) < holdings.to_us,
scope
where first_moment <= as_of and (moments.valid_to is null or first_moment < moments.valid_to)
    and holdings.account_no = moments.account_no
    and list_has_any(list_transform(string_split(plans, ','), lambda name: trim(name)), ['*', plan_id])
