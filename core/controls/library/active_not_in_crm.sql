/*+++
id = "active_not_in_crm"
title = "On the network, not in CRM"
question = "Does somebody pay for every customer SIM that works on the network?"
fault = "active_not_in_crm"
dimension = "consistency"
area = "order and provisioning"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "customer operations"
reads = ["provisioning", "subscriptions"]
grain = "one row for each customer SIM that works for longer than a change takes while no CRM row has it"
span = "account"
unit = "customer SIMs on the network in judged time"
root_cause = "provisioning_error"
action = "correct_provisioning"
causes = [
  "the order stopped before billing was set up",
  "the subscription ended and the network was not told",
]
corrections = ["set up billing from the start, or bar the SIM and write the usage off"]
source = "Catalogue S01, S03, S06; a SIM whose number CRM has under another SIM is an identity_mismatch"
eligible = """
select count(distinct provisioning.imsi)
from provisioning
cross join dataset
where provisioning.sim_use = 'customer'
    and provisioning.active_from < dataset.as_of
    and (provisioning.active_to is null or provisioning.active_to > dataset.starts_at)
"""

[params.grace_hours]
default = 24
unit = "hours"
means = "the network may be this far behind CRM, or ahead of it"

[[example]]
name = "a SIM that CRM never knew, one left on after the end, a swapped one left on beside the new one, one whose number has gone to another since"
expect = """
subject_id | occurred_at          | account_id | scope        | amount
I1         | 2026-02-01T00:00:00Z |            | provisioning | 0
I2         | 2026-03-01T00:00:00Z | A2         |              | 0
I3         | 2026-03-01T00:00:00Z | A3         |              | 0
I5         | 2026-03-01T00:00:00Z | A5         |              | 0
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S2              | A2         | I2   | N2     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S3              | A3         | I3   | N3     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S3              | A3         | I4   | N3     | 2026-03-01T00:00:00Z |
S5              | A5         | I5   | N5     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S6              | A6         | I6   | N5     | 2026-03-05T00:00:00Z |
"""
provisioning = """
imsi | msisdn | services | sim_use  | active_from          | active_to
I1   | N1     | voice    | customer | 2026-02-01T00:00:00Z |
I2   | N2     | voice    | customer | 2025-06-01T00:00:00Z | 2026-03-02T00:00:01Z
I3   | N3     | voice    | customer | 2025-06-01T00:00:00Z |
I4   | N3     | voice    | customer | 2026-03-01T00:00:00Z |
I5   | N5     | voice    | customer | 2025-06-01T00:00:00Z |
"""

[[example]]
name = "a test SIM and an internal one, a SIM swap and an end a day late, too new, ended before the data starts, nothing granted"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S1              | A1         | I1   | N1     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S1              | A1         | I2   | N1     | 2026-03-01T00:00:00Z | 2026-03-20T00:00:00Z
"""
provisioning = """
imsi | msisdn | services | sim_use  | active_from          | active_to
I1   | N1     | voice    | customer | 2025-05-31T23:00:00Z | 2026-03-02T00:00:00Z
I2   | N1     | voice    | customer | 2026-03-01T03:00:00Z | 2026-03-21T00:00:00Z
I3   | N3     | voice    | test     | 2025-06-01T00:00:00Z |
I4   | N4     | voice    | internal | 2025-06-01T00:00:00Z |
I5   | N5     | voice    | customer | 2026-03-31T12:00:00Z |
I6   | N6     | voice    | customer | 2025-06-01T00:00:00Z | 2025-12-31T00:00:00Z
I7   | N7     |          | customer | 2025-06-01T00:00:00Z |
"""

[[example]]
name = "a number that CRM has under another SIM, which is not on the network: that is one identity_mismatch"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn
S1              | A1         | I1   | N1
"""
provisioning = """
imsi | msisdn | services | sim_use
I9   | N1     | voice    | customer
"""
+++*/
with settings as (select starts_at, as_of from dataset),
held as (
    select
        subscription_id, account_id, imsi, msisdn,
        greatest(valid_from, settings.starts_at) as since,
        least(coalesce(valid_to, settings.as_of), settings.as_of) as until
    from subscriptions
    cross join settings
),
granted as (
    select
        imsi, msisdn, active_from,
        greatest(active_from, settings.starts_at) as since,
        least(coalesce(active_to, settings.as_of), settings.as_of) as until
    from provisioning
    cross join settings
    where sim_use = 'customer' and trim(services) <> ''
),
working as (select * from granted where until > since),

-- the time that CRM covers, with the end of the grant as the last edge
covered as (
    select working.imsi, working.active_from, held.since, held.until
    from working
    join held
        on held.imsi = working.imsi
        and held.since < working.until
        and held.until > working.since
    union all
    select imsi, active_from, until, until from working
),
edges as (
    select
        working.*,
        coalesce(max(covered.until) over (
            partition by working.imsi, working.active_from
            order by covered.since, covered.until rows between unbounded preceding and 1 preceding
        ), working.since) as gap_since,
        covered.since as gap_until
    from working
    join covered using (imsi, active_from)
),
gaps as (select * from edges where gap_until - gap_since > to_hours($grace_hours)),
confirmed as (
    select held.*
    from held
    semi join granted
        on granted.imsi = held.imsi
        and granted.msisdn = held.msisdn
        and granted.since < held.until
        and granted.until > held.since
),
doubtful as (select * from held anti join confirmed using (subscription_id, imsi, since)),
unknown as (
    select gaps.*
    from gaps
    anti join doubtful
        on doubtful.msisdn = gaps.msisdn
        and doubtful.imsi <> gaps.imsi
        and doubtful.since <= gaps.gap_since + to_hours($grace_hours)
        and doubtful.since < gaps.gap_until
        and doubtful.until > gaps.gap_since
),
firsts as (select imsi, arg_min(unknown, row(gap_since, active_from)) as gap from unknown group by imsi),
last_holders as (
    select imsi, arg_max(held, row(held.until, held.subscription_id)) as last
    from held
    semi join firsts using (imsi)
    where held.until > held.since
    group by imsi
)
select
    firsts.imsi as subject_id,
    last_holders.last.account_id as account_id,
    last_holders.last.subscription_id as subscription_id,
    firsts.gap.gap_since as occurred_at,
    {'crm_rows': 1} as expected,
    {'crm_rows': 0} as actual,
    [{
        'key': firsts.imsi, 'msisdn': firsts.gap.msisdn, 'since': firsts.gap.gap_since, 'stream': 'provisioning',
        'until': firsts.gap.gap_until
    }] as rows,
    case when last_holders.imsi is null then 'provisioning' end as scope
from firsts
left join last_holders using (imsi)
