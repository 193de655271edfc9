/*+++
id = "billed_not_active"
title = "Billed, not on the network"
question = "Does every subscription that is billed work on the network?"
fault = "billed_not_active"
dimension = "consistency"
area = "order and provisioning"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "customer operations"
reads = ["subscriptions", "provisioning"]
grain = "one row for each active subscription without a working SIM for longer than a change takes"
span = "account"
unit = "active CRM rows of judged time"
root_cause = "provisioning_error"
action = "correct_provisioning"
causes = [
  "the network was never told of the order",
  "the network was told of an end that CRM does not have",
]
corrections = ["set the SIM up, or end the subscription and refund what was billed for nothing"]
source = "Catalogue S02, S03; a number that is on the network under another SIM is an identity_mismatch; suspended time is billed and may be barred (rating.md 12)"
eligible = """
select count(*)
from subscriptions
cross join dataset
where subscriptions.status = 'active'
    and subscriptions.valid_from < dataset.as_of
    and (subscriptions.valid_to is null or subscriptions.valid_to > dataset.starts_at)
"""

[params.grace_hours]
default = 24
unit = "hours"
means = "the network may be this far behind CRM, or ahead of it"

[[example]]
name = "a SIM that the network never had, one taken down, one taken down for two days, one that may use nothing"
expect = """
subject_id | account_id | subscription_id | occurred_at          | amount
S1         | A1         | S1              | 2026-02-01T00:00:00Z | 0
S2         | A2         | S2              | 2026-03-01T00:00:00Z | 0
S3         | A3         | S3              | 2026-03-01T00:00:00Z | 0
S4         | A4         | S4              | 2026-01-01T00:00:00Z | 0
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | status | valid_from
S1              | A1         | I1   | N1     | active | 2026-02-01T00:00:00Z
S2              | A2         | I2   | N2     | active | 2025-06-01T00:00:00Z
S3              | A3         | I3   | N3     | active | 2025-06-01T00:00:00Z
S4              | A4         | I4   | N4     | active | 2025-06-01T00:00:00Z
"""
provisioning = """
imsi | msisdn | services | sim_use  | active_from          | active_to
I2   | N2     | voice    | customer | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
I3   | N3     | voice    | customer | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
I3   | N3     | voice    | customer | 2026-03-03T00:00:00Z |
I4   | N4     |          | customer | 2025-06-01T00:00:00Z |
"""

[[example]]
name = "a start and a SIM swap a day late, a plan change that divides the grant, suspended, ended, too new, billed long ago"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | status     | valid_from           | valid_to
S1              | A1         | I1   | N1     | active     | 2026-02-01T00:00:00Z | 2026-03-01T00:00:00Z
S1              | A1         | I2   | N1     | active     | 2026-03-01T00:00:00Z |
S2              | A2         | I3   | N2     | suspended  | 2026-02-01T00:00:00Z |
S3              | A3         | I4   | N3     | active     | 2026-03-31T12:00:00Z |
S4              | A4         | I5   | N4     | active     | 2025-02-01T00:00:00Z | 2025-12-31T00:00:00Z
S5              | A5         | I6   | N5     | terminated | 2026-02-01T00:00:00Z | 2026-03-01T00:00:00Z
"""
provisioning = """
imsi | msisdn | services | sim_use  | active_from          | active_to
I1   | N1     | voice    | customer | 2026-02-02T00:00:00Z | 2026-02-15T00:00:00Z
I1   | N1     | voice    | customer | 2026-02-15T01:00:00Z | 2026-02-28T20:00:00Z
I2   | N1     | voice    | customer | 2026-03-02T00:00:00Z |
"""

[[example]]
name = "a number that is on the network under a SIM that CRM does not know: that is one identity_mismatch"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | status
S1              | A1         | I1   | N1     | active
"""
provisioning = """
imsi | msisdn | services | sim_use
I9   | N1     | voice    | customer
"""
+++*/
with settings as (select starts_at, as_of from dataset),
held as (
    select
        subscription_id, account_id, imsi, msisdn, valid_from,
        greatest(valid_from, settings.starts_at) as since,
        least(coalesce(valid_to, settings.as_of), settings.as_of) as until
    from subscriptions
    cross join settings
    where status = 'active'
),
billed as (select * from held where until > since),
granted as (
    select
        imsi, msisdn,
        greatest(active_from, settings.starts_at) as since,
        least(coalesce(active_to, settings.as_of), settings.as_of) as until
    from provisioning
    cross join settings
    where trim(services) <> ''
),

-- the time that the network covers, with the end of the CRM row as the last edge
covered as (
    select billed.subscription_id, billed.valid_from, granted.since, granted.until
    from billed
    join granted
        on granted.imsi = billed.imsi
        and granted.since < billed.until
        and granted.until > billed.since
    union all
    select subscription_id, valid_from, until, until from billed
),
edges as (
    select
        billed.*,
        coalesce(max(covered.until) over (
            partition by billed.subscription_id, billed.valid_from
            order by covered.since, covered.until rows between unbounded preceding and 1 preceding
        ), billed.since) as gap_since,
        covered.since as gap_until
    from billed
    join covered using (subscription_id, valid_from)
),
gaps as (select * from edges where gap_until - gap_since > to_hours($grace_hours)),
elsewhere as (
    select gaps.subscription_id, gaps.valid_from
    from gaps
    join granted
        on granted.msisdn = gaps.msisdn
        and granted.imsi <> gaps.imsi
        and granted.since <= gaps.gap_since + to_hours($grace_hours)
        and least(granted.until, gaps.gap_until) - greatest(granted.since, gaps.gap_since) > to_hours($grace_hours)
),
dark as (select * from gaps anti join elsewhere using (subscription_id, valid_from)),
firsts as (select subscription_id, arg_min(dark, row(gap_since, valid_from)) as gap from dark group by subscription_id)
select
    subscription_id as subject_id,
    gap.account_id as account_id,
    subscription_id,
    gap.gap_since as occurred_at,
    {'sims_on_network': 1} as expected,
    {'sims_on_network': 0} as actual,
    [{
        'imsi': gap.imsi, 'key': subscription_id, 'msisdn': gap.msisdn, 'since': gap.gap_since, 'stream': 'subscriptions',
        'until': gap.gap_until
    }] as rows
from firsts
