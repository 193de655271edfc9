/*+++
id = "plan_mismatch"
title = "Plans disagree"
question = "Does the charging system hold the plan that CRM says?"
fault = "plan_mismatch"
dimension = "consistency"
area = "order and provisioning"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "customer operations"
reads = ["subscriptions", "provisioning"]
grain = "one row for each subscription whose plan in the charging system differed from CRM for longer than a change takes"
span = "account"
unit = "CRM rows of judged time"
root_cause = "provisioning_error"
action = "correct_plan"
causes = [
  "a plan change did not reach the charging system, or only days later",
  "somebody changed the plan in one system only",
]
corrections = ["set the charging system to the plan of CRM and rate the usage since then again"]
source = "Catalogue S05"
eligible = """
select count(*)
from subscriptions
cross join dataset
where subscriptions.valid_from < dataset.as_of
    and (subscriptions.valid_to is null or subscriptions.valid_to > dataset.starts_at)
"""

[params.grace_hours]
default = 24
unit = "hours"
means = "the network may be this far behind CRM, or ahead of it"

[[example]]
name = "a plan change that never came through, one that took two days, and a plan that was never right"
expect = """
subject_id | account_id | occurred_at          | root_cause                 | amount
S1         | A1         | 2026-03-01T00:00:00Z | plan_change_not_propagated | 0
S2         | A2         | 2026-03-01T00:00:00Z | plan_change_not_propagated | 0
S3         | A3         | 2026-01-01T00:00:00Z | provisioning_error         | 0
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | plan_id | valid_from           | valid_to
S1              | A1         | I1   | N1     | small   | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S1              | A1         | I1   | N1     | large   | 2026-03-01T00:00:00Z |
S2              | A2         | I2   | N2     | small   | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S2              | A2         | I2   | N2     | large   | 2026-03-01T00:00:00Z |
S3              | A3         | I3   | N3     | small   | 2025-06-01T00:00:00Z |
"""
provisioning = """
imsi | msisdn | plan_id | sim_use  | active_from          | active_to
I1   | N1     | small   | customer | 2025-06-01T00:00:00Z |
I2   | N2     | small   | customer | 2025-06-01T00:00:00Z | 2026-03-03T00:00:00Z
I2   | N2     | large   | customer | 2026-03-03T00:00:00Z |
I3   | N3     | large   | customer | 2025-06-01T00:00:00Z |
"""

[[example]]
name = "a change a day late to the second, one that is too new, a former mistake, a test SIM, a SIM without a plan, a stale row, two CRM rows that overlap"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | plan_id | valid_from           | valid_to
S1              | A1         | I1   | N1     | small   | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S1              | A1         | I1   | N1     | large   | 2026-03-01T00:00:00Z |
S2              | A2         | I2   | N2     | small   | 2025-06-01T00:00:00Z | 2026-03-31T12:00:00Z
S2              | A2         | I2   | N2     | large   | 2026-03-31T12:00:00Z |
S3              | A3         | I3   | N3     | small   | 2025-06-01T00:00:00Z |
S4              | A4         | I4   | N4     | small   | 2025-06-01T00:00:00Z |
S5              | A5         | I5   | N5     | small   | 2025-06-01T00:00:00Z |
S6              | A6         | I6   | N6     | small   | 2025-06-01T00:00:00Z |
S7              | A7         | I7   | N7     | small   | 2025-06-01T00:00:00Z | 2026-03-09T00:00:00Z
S7              | A7         | I7   | N7     | large   | 2026-03-01T00:00:00Z |
"""
provisioning = """
imsi | msisdn | plan_id | sim_use  | active_from          | active_to
I1   | N1     | small   | customer | 2025-06-01T00:00:00Z | 2026-03-02T00:00:00Z
I1   | N1     | large   | customer | 2026-03-02T00:00:00Z |
I2   | N2     | small   | customer | 2025-06-01T00:00:00Z |
I3   | N3     | large   | customer | 2025-06-01T00:00:00Z | 2026-01-01T12:00:00Z
I3   | N3     | small   | customer | 2026-01-01T12:00:00Z |
I4   | N4     | large   | test     | 2025-06-01T00:00:00Z |
I5   | N5     |         | customer | 2025-06-01T00:00:00Z |
I6   | N6     | large   | customer | 2025-01-01T00:00:00Z |
I6   | N6     | small   | customer | 2025-06-01T00:00:00Z |
I7   | N7     | small   | customer | 2025-06-01T00:00:00Z | 2026-03-01T00:10:00Z
I7   | N7     | large   | customer | 2026-03-01T00:10:00Z |
"""
+++*/
with settings as (select starts_at, as_of from dataset),
held as (
    select
        subscription_id, account_id, imsi, msisdn, plan_id,
        greatest(valid_from, settings.starts_at) as since,
        least(coalesce(valid_to, settings.as_of), settings.as_of, lead(valid_from) over later_row) as until
    from subscriptions
    cross join settings
    window later_row as (partition by imsi order by valid_from, subscription_id)
),
granted as (
    select
        imsi, msisdn, plan_id,
        greatest(active_from, settings.starts_at) as since,
        least(coalesce(active_to, settings.as_of), settings.as_of) as until
    from provisioning
    cross join settings
    where sim_use = 'customer' and plan_id is not null
),
former as (select distinct subscription_id, plan_id, valid_from from subscriptions),
apart as (
    select
        held.*  exclude (since, until),
        granted.plan_id as granted_plan,
        greatest(held.since, granted.since) as since,
        least(held.until, granted.until) as until
    from held
    join granted using (imsi, msisdn)
    where held.plan_id <> granted.plan_id
        and least(held.until, granted.until) - greatest(held.since, granted.since) > to_hours($grace_hours)
),
mismatches as (
    select apart.*
    from apart
    anti join granted
        on granted.imsi = apart.imsi
        and granted.msisdn = apart.msisdn
        and granted.plan_id = apart.plan_id
        and granted.since <= apart.since + to_hours($grace_hours)
        and granted.until >= apart.until - to_hours($grace_hours)
),
firsts as (
    select subscription_id, arg_min(mismatches, row(since, plan_id, granted_plan)) as found
    from mismatches
    group by subscription_id
),
changes as (
    select distinct firsts.subscription_id
    from firsts
    join former
        on former.subscription_id = firsts.subscription_id
        and former.plan_id = firsts.found.granted_plan
        and former.valid_from < firsts.found.since
)
select
    firsts.subscription_id as subject_id,
    firsts.found.account_id as account_id,
    firsts.subscription_id,
    firsts.found.since as occurred_at,
    case when changes.subscription_id is not null then 'plan_change_not_propagated' end as root_cause,
    {'plan_id': firsts.found.plan_id} as expected,
    {'plan_id': firsts.found.granted_plan} as actual,
    [
        {
            'imsi': firsts.found.imsi, 'key': firsts.subscription_id, 'since': firsts.found.since,
            'stream': 'subscriptions', 'until': firsts.found.until
        },
        {
            'imsi': firsts.found.imsi, 'key': firsts.found.imsi, 'since': firsts.found.since,
            'stream': 'provisioning', 'until': firsts.found.until
        }
    ] as rows
from firsts
left join changes using (subscription_id)
