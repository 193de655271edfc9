-- grain: one row for each subscription that usage names where there is no CRM; its own account, on the plan of the network
with guided as (
    select
        coalesce(mediation_records.subscription_id, usage_events.imsi) as subscription_id,
        usage_events.imsi
    from mediation_records
    full join usage_events using (event_id)
),
named as (select distinct on (subscription_id, imsi) subscription_id, imsi from guided where subscription_id is not null),
provisioned as (select imsi, plan_id, active_from, active_to from provisioning where plan_id is not null)
select
    subscription_id, subscription_id as account_id, imsi, null as plan_id,
    '1970-01-01 00:00:00+00'::timestamptz as valid_from, null::timestamptz as valid_to, true as is_stand_in
from named
union all
select subscription_id, subscription_id, imsi, plan_id, active_from, active_to, true
from named
join provisioned using (imsi)
