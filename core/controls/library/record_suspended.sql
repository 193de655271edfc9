/*+++
id = "record_suspended"
title = "Usage stuck in mediation"
question = "Is any record still suspended in mediation past its deadline?"
fault = "record_suspended"
dimension = "completeness"
area = "network and usage"
kind = "threshold"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["mediation_records"]
consults = ["usage_events", "subscriptions", "charges"]
grain = "one row for each record that is suspended past its deadline and was not charged in another way"
span = "account"
unit = "records of mediation"
root_cause = "mediation_config"
action = "recycle_records"
causes = [
  "reference data is missing: a number range, a network, a SIM",
  "suspended records are not recycled",
]
corrections = ["complete the reference data and recycle the records, then rate them"]
source = "Catalogue U08, S08; the dataset's mediation_hours from the event's receipt; rating.md 18: a line with the record_id puts it right"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.started_at >= dataset.starts_at
"""
open_items = """
with settings as (select starts_at, as_of, to_hours(mediation_hours) as allowed from dataset),
stuck as (
    select record_id, event_id, subscription_id, mediated_at
    from mediation_records
    cross join settings
    where status = 'suspended' and started_at >= settings.starts_at
),
seen as (select event_id, received_at from usage_events semi join stuck using (event_id)),
lines as not materialized (select record_id from charges where kind = 'usage' and record_id is not null),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
known as (select event_id, account_id from event_context_of('stuck'))
select
    stuck.record_id as subject_id,
    coalesce(known.account_id, holders.account_id) as account_id,
    stuck.mediated_at as since,
    coalesce(seen.received_at, stuck.mediated_at) + settings.allowed as due_at
from stuck
cross join settings
anti join lines on lines.record_id = stuck.record_id
left join seen using (event_id)
left join known using (event_id)
left join holders on holders.subscription_id = stuck.subscription_id
where coalesce(seen.received_at, stuck.mediated_at) + settings.allowed >= settings.as_of
"""

[[example]]
name = "a second past the deadline, on its account; without the network's event from when it was suspended"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount | caused_by_fault
R1         | A1         | S1              | 2026-03-01 | 2026-03-02T10:00:00Z | 0      |
R2         | A2         | S2              |            | 2026-03-02T09:00:00Z | 0      |
"""
[example.given]
dataset = """
as_of
2026-03-02T10:00:01Z
"""
subscriptions = """
subscription_id | account_id
S2              | A2
"""
usage_events = """
event_id | imsi | started_at           | received_at
E1       | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at           | mediated_at
R1        | E1       |                 | suspended | 2026-03-01T09:00:00Z | 2026-03-01T11:00:00Z
R2        | E2       | S2              | suspended | 2026-03-01T08:00:00Z | 2026-03-01T09:00:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "of a SIM that CRM does not know it follows from that"
expect = """
subject_id | caused_by_fault   | caused_by_subject
R1         | active_not_in_crm | I1
"""
[example.given]
usage_events = """
event_id | imsi | started_at           | received_at
E1       | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | suspended | 2026-03-01T09:00:00Z | 2026-03-01T11:00:00Z
"""
event_context = """
event_id | account_id
E1       |
"""

[[example]]
name = "on the second of the deadline, a session whose last part is new, recycled, charged by hand, from before the data starts"
expect = ""
[example.given]
dataset = """
as_of                | starts_at
2026-03-02T10:00:00Z | 2026-03-01T00:00:00Z
"""
usage_events = """
event_id | imsi | call_ref | partial_sequence | partial_last | started_at           | received_at
E1       | I1   |          |                  |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | I2   | C1       | 1                |              | 2026-03-01T00:10:00Z | 2026-03-01T06:00:00Z
E3       | I2   | C1       | 2                | true         | 2026-03-01T02:10:00Z | 2026-03-01T12:00:00Z
E4       | I3   |          |                  |              | 2026-03-01T00:10:00Z | 2026-03-01T06:00:00Z
E5       | I3   |          |                  |              | 2026-03-01T00:20:00Z | 2026-03-01T06:00:00Z
E6       | I3   |          |                  |              | 2026-02-28T00:20:00Z | 2026-03-01T06:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | suspended | 2026-03-01T09:00:00Z | 2026-03-01T11:00:00Z
R2        | E2       | suspended | 2026-03-01T00:10:00Z | 2026-03-01T07:00:00Z
R4        | E4       | forwarded | 2026-03-01T00:10:00Z | 2026-03-02T09:00:00Z
R5        | E5       | suspended | 2026-03-01T00:20:00Z | 2026-03-01T07:00:00Z
R6        | E6       | suspended | 2026-02-28T00:20:00Z | 2026-03-01T07:00:00Z
"""
charges = """
charge_id | record_id | kind
C5        | R5        | usage
"""

[[example]]
name = "a suspended record is open until its deadline"
expect = ""
expect_open = """
subject_id | account_id | since                | due_at
R1         | A1         | 2026-03-01T10:00:00Z | 2026-03-02T10:00:00Z
"""
[example.given]
dataset = """
as_of
2026-03-02T10:00:00Z
"""
subscriptions = """
subscription_id | account_id
S1              | A1
"""
mediation_records = """
record_id | subscription_id | status    | started_at           | mediated_at
R1        | S1              | suspended | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
R2        | S1              | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
+++*/
with settings as (select starts_at, as_of, to_hours(mediation_hours) as allowed from dataset),
stuck as materialized (
    select mediation_records.*
    from mediation_records
    cross join settings
    where status = 'suspended' and started_at >= settings.starts_at
),
events as not materialized (select * from usage_events),
lines as not materialized (select record_id from charges where kind = 'usage' and record_id is not null),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
seen as materialized (
    select events.event_id, events.imsi, events.source, events.received_at,
        case when events.partial_sequence is not null then events.call_ref end as call_ref
    from events
    semi join stuck using (event_id)
),
sessions as (
    select seen.event_id, max(events.received_at) as received_at
    from seen
    join events using (imsi, call_ref)
    group by seen.event_id
),
timed as (
    select
        stuck.*, seen.imsi, seen.source,
        coalesce(sessions.received_at, seen.received_at, stuck.mediated_at) as received_at
    from stuck
    anti join lines on lines.record_id = stuck.record_id
    left join seen using (event_id)
    left join sessions using (event_id)
),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('stuck'))
select
    timed.record_id as subject_id,
    coalesce(known.account_id, holders.account_id) as account_id,
    coalesce(known.subscription_id, timed.subscription_id) as subscription_id,
    timed.received_at + settings.allowed as occurred_at,
    known.cycle,
    {'status': 'forwarded'} as expected,
    {'status': timed.status} as actual,
    [{
        'event_id': timed.event_id, 'key': timed.record_id, 'reason': timed.reason, 'received_at': timed.received_at,
        'started_at': timed.started_at, 'stream': 'mediation_records', 'suspended_at': timed.mediated_at
    }] as rows,
    timed.source as scope,
    case when timed.imsi is not null and known.account_id is null then 'active_not_in_crm' end as caused_by_fault,
    timed.imsi as caused_by_subject
from timed
cross join settings
left join known using (event_id)
left join holders on holders.subscription_id = timed.subscription_id
where settings.as_of > timed.received_at + settings.allowed
