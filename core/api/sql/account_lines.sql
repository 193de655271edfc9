-- grain: one row for each subscription of the account that is in force, with the name of its plan
with now as (select as_of from dataset),
in_force as (
    select subscriptions.*
    from subscriptions, now
    where account_id = $account
        and status <> 'terminated'
        and valid_from <= now.as_of
        and (valid_to is null or valid_to > now.as_of)
),
names as (select plan_id, arg_max(name, valid_from) as name from plans group by plan_id)
select
    in_force.subscription_id, in_force.msisdn, in_force.imsi, coalesce(names.name, in_force.plan_id) as plan
from in_force
left join names using (plan_id)
order by in_force.subscription_id
