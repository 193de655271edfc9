/*+++
id = "identity_mismatch"
title = "SIM and number disagree"
question = "Do CRM and the network pair every SIM with the same number, and CRM every SIM with one subscription?"
fault = "identity_mismatch"
dimension = "consistency"
area = "order and provisioning"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "customer operations"
reads = ["subscriptions"]
consults = ["provisioning"]
grain = "one row for each subscription whose SIM and number the network pairs otherwise, or whose SIM another CRM row has at the same time"
span = "account"
unit = "CRM rows of judged time"
root_cause = "crm_error"
action = "correct_identity"
causes = [
  "a SIM swap or a ported number was entered in one system only",
  "a SIM was entered for two subscriptions",
]
corrections = ["correct the pair where it is wrong, guide the usage since then again"]
source = "Catalogue S03, S08; contract rating.md 1: two rows match"
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
name = "another number on the SIM, another SIM on the number, a SIM swap and a ported number that never reached the network"
expect = """
subject_id | account_id | occurred_at          | amount
S1         | A1         | 2026-01-01T00:00:00Z | 0
S2         | A2         | 2026-01-01T00:00:00Z | 0
S3         | A3         | 2026-03-01T00:00:00Z | 0
S4         | A4         | 2026-03-01T00:00:00Z | 0
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S1              | A1         | I1   | N1     | 2025-06-01T00:00:00Z |
S2              | A2         | I2   | N2     | 2025-06-01T00:00:00Z |
S3              | A3         | I3   | N3     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S3              | A3         | J3   | N3     | 2026-03-01T00:00:00Z |
S4              | A4         | I4   | N4     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S4              | A4         | I4   | M4     | 2026-03-01T00:00:00Z |
"""
provisioning = """
imsi | msisdn | sim_use  | active_from
I1   | N9     | customer | 2025-06-01T00:00:00Z
J2   | N2     | customer | 2025-06-01T00:00:00Z
I3   | N3     | customer | 2025-06-01T00:00:00Z
I4   | N4     | customer | 2025-06-01T00:00:00Z
"""

[[example]]
name = "two subscriptions with one SIM: the one that the network does not confirm, else the later one"
expect = """
subject_id | occurred_at
S2         | 2026-02-01T00:00:00Z
S4         | 2026-02-01T00:00:00Z
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S1              | A1         | I1   | N1     | 2026-02-01T00:00:00Z |
S2              | A2         | I1   | N2     | 2025-06-01T00:00:00Z |
S3              | A3         | I3   | N3     | 2025-06-01T00:00:00Z |
S4              | A4         | I3   | N3     | 2026-02-01T00:00:00Z | 2026-02-01T01:00:00Z
"""
provisioning = """
imsi | msisdn | sim_use  | active_from
I1   | N1     | customer | 2026-02-01T00:00:00Z
I3   | N3     | customer | 2025-06-01T00:00:00Z
"""

[[example]]
name = "a SIM swap and a ported number a day late to the second, both ways; a SIM and a number that pass on; a swapped SIM left on"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S1              | A1         | I1   | N1     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S1              | A1         | J1   | N1     | 2026-03-01T00:00:00Z |
S2              | A2         | I2   | N2     | 2025-06-01T00:00:00Z | 2026-03-01T00:00:00Z
S2              | A2         | I2   | M2     | 2026-03-01T00:00:00Z |
S3              | A3         | I3   | N3     | 2025-06-01T00:00:00Z | 2026-02-01T00:00:00Z
S4              | A4         | I3   | N4     | 2026-02-01T00:00:00Z |
S5              | A5         | I5   | N3     | 2026-02-10T00:00:00Z |
S6              | A6         | J6   | N6     | 2025-06-01T00:00:00Z |
S7              | A7         | I7   | N7     | 2025-06-01T00:00:00Z |
"""
provisioning = """
imsi | msisdn | sim_use  | active_from          | active_to
I1   | N1     | customer | 2025-06-01T00:00:00Z | 2026-03-02T00:00:00Z
J1   | N1     | customer | 2026-03-02T00:00:00Z |
I2   | N2     | customer | 2025-06-01T00:00:00Z | 2026-02-28T00:00:00Z
I2   | M2     | customer | 2026-02-28T00:00:00Z |
I3   | N3     | customer | 2025-06-01T00:00:00Z | 2026-02-01T03:00:00Z
I3   | N4     | customer | 2026-02-01T03:00:00Z |
I5   | N3     | customer | 2026-02-10T00:00:00Z |
I6   | N6     | customer | 2025-06-01T00:00:00Z |
J6   | N6     | customer | 2025-06-01T00:00:00Z |
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
),
granted as (
    select
        imsi, msisdn,
        greatest(active_from, settings.starts_at) as since,
        least(coalesce(active_to, settings.as_of), settings.as_of) as until
    from provisioning
    cross join settings
),
paired as (
    select held.*, granted.imsi as network_imsi, granted.msisdn as network_msisdn,
        greatest(held.since, granted.since) as apart_since,
        least(held.until, granted.until) as apart_until
    from held
    join granted
        on granted.imsi = held.imsi
        and granted.msisdn <> held.msisdn
    union all
    select held.*, granted.imsi, granted.msisdn, greatest(held.since, granted.since), least(held.until, granted.until)
    from held
    join granted
        on granted.msisdn = held.msisdn
        and granted.imsi <> held.imsi
),
otherwise_paired as (
    select paired.*
    from paired
    anti join granted
        on granted.imsi = paired.imsi
        and granted.msisdn = paired.msisdn
        and granted.since <= paired.apart_since + to_hours($grace_hours)
        and granted.until >= paired.apart_until - to_hours($grace_hours)
    where paired.apart_until - paired.apart_since > to_hours($grace_hours)
),

-- of two CRM rows with one SIM at one moment
shared as (
    select former as former_row, later as later_row
    from held as former
    join held as later
        on later.imsi = former.imsi
        and (later.valid_from, later.subscription_id) > (former.valid_from, former.subscription_id)
        and later.since < former.until
        and later.until > later.since
),
confirmed as (
    select distinct held.subscription_id, held.valid_from
    from held
    join granted
        on granted.imsi = held.imsi
        and granted.msisdn = held.msisdn
        and granted.since < held.until
        and granted.until > held.since
),
intruders as (
    select
        case when later.subscription_id is not null and former.subscription_id is null then former_row else later_row end as found,
        case when later.subscription_id is not null and former.subscription_id is null then later_row else former_row end as other,
        later_row.since as apart_since
    from shared
    left join confirmed as former
        on former.subscription_id = former_row.subscription_id and former.valid_from = former_row.valid_from
    left join confirmed as later
        on later.subscription_id = later_row.subscription_id and later.valid_from = later_row.valid_from
),
mismatches as (
    select
        subscription_id, account_id, imsi, msisdn, apart_since,
        network_imsi as other_imsi, network_msisdn as other_msisdn,
        'provisioning' as other_stream, network_imsi as other_key
    from otherwise_paired
    union all
    select
        found.subscription_id, found.account_id, found.imsi, found.msisdn, apart_since,
        other.imsi, other.msisdn, 'subscriptions', other.subscription_id
    from intruders
),
firsts as (
    select subscription_id, arg_min(mismatches, row(apart_since, other_stream, other_key)) as first_found
    from mismatches
    group by subscription_id
)
select
    subscription_id as subject_id,
    first_found.account_id as account_id,
    subscription_id,
    first_found.apart_since as occurred_at,
    {'imsi': first_found.imsi, 'msisdn': first_found.msisdn} as expected,
    {'imsi': first_found.other_imsi, 'msisdn': first_found.other_msisdn} as actual,
    [
        {'key': subscription_id, 'since': first_found.apart_since, 'stream': 'subscriptions'},
        {'key': first_found.other_key, 'since': first_found.apart_since, 'stream': first_found.other_stream}
    ] as rows
from firsts
