-- grain: one subscription in use, as CRM and the network know it, with what it was before and when it was last used
with stays as (
    select
        *,
        lag(plan_id) over line as former_plan, lag(msisdn) over line as former_msisdn, lag(imsi) over line as former_imsi,
        lag(valid_from) over line as former_from, lead(imsi) over line as next_imsi
    from subscriptions
    window line as (partition by subscription_id order by valid_from)
),
newest as (select * from stays where next_imsi is null and valid_to is null and status = 'active'),
used as (select imsi, max(started_at + to_seconds(duration_s)) as last_used_at from usage_events group by imsi),
settings as (select as_of, starts_at from dataset),
served as (
    select newest.*, segment, active_from, kind
    from newest
    join accounts using (account_id)
    join plans using (plan_id)
    join provisioning
        on provisioning.imsi = newest.imsi and active_from between newest.valid_from and newest.valid_from + to_hours(1)
    where active_to is null
)
select
    served.*, last_used_at, as_of, starts_at,
    (select min(plan_id) from plans where plans.kind = served.kind and plans.plan_id > served.plan_id) as other_plan,
    greatest(active_from, starts_at) + to_hours(24) as known_at
from served left join used using (imsi), settings
where active_from < as_of - to_days(2)
order by subscription_id
