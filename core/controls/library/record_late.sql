/*+++
id = "record_late"
title = "Mediated late"
question = "Did mediation finish every record within its hours?"
fault = "record_late"
dimension = "timeliness"
area = "network and usage"
kind = "threshold"
mode = "preventive"
severity = "medium"
owner = "usage assurance"
reads = ["mediation_records", "usage_events"]
consults = ["usage_files"]
grain = "one row for each record that mediation finished after its deadline"
span = "account"
unit = "records that mediation has finished"
root_cause = "mediation_backlog"
action = "no_action"
causes = [
  "mediation had more to do than it could",
  "a record waited for reference data and was recycled",
]
corrections = ["none on the bill, if the record made its cycle; give mediation what it lacked"]
source = "Catalogue U08, U09; the dataset's mediation_hours from the event's receipt; rating.md 3: of a session, from that of its last part"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.status <> 'suspended'
    and mediation_records.started_at >= dataset.starts_at
"""

[[example]]
name = "a second past the deadline, on its account; a session by the receipt of its last part"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
R1         | A1         | S1              | 2026-03-01 | 2026-03-02T10:00:00Z | 0
R2         |            |                 |            | 2026-03-02T14:00:00Z | 0
"""
[example.given]
usage_events = """
event_id | imsi | call_ref | partial_sequence | partial_last | started_at           | received_at
E1       | I1   |          |                  |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | I2   | C1       | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
E3       | I2   | C1       | 2                | true         | 2026-03-01T11:00:00Z | 2026-03-01T14:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-02T10:00:01Z
R2        | E2       | forwarded | 2026-03-01T09:00:00Z | 2026-03-02T14:00:01Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "on the second, a session whose last part came later, one whose last part never came, still suspended, from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_events = """
event_id | imsi | call_ref | partial_sequence | partial_last | started_at           | received_at
E1       | I1   |          |                  |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | I2   | C1       | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
E3       | I2   | C1       | 2                | true         | 2026-03-01T11:00:00Z | 2026-03-02T00:00:00Z
E4       | I3   | C2       | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
E5       | I1   |          |                  |              | 2026-03-01T09:30:00Z | 2026-03-01T10:00:00Z
E6       | I1   |          |                  |              | 2026-02-28T09:00:00Z | 2026-02-28T10:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-02T10:00:00Z
R2        | E2       | forwarded | 2026-03-01T09:00:00Z | 2026-03-02T20:00:00Z
R4        | E4       | forwarded | 2026-03-01T09:00:00Z | 2026-03-04T12:00:00Z
R5        | E5       | suspended | 2026-03-01T09:30:00Z | 2026-03-04T12:00:00Z
R6        | E6       | forwarded | 2026-02-28T09:00:00Z | 2026-03-04T12:00:00Z
"""

[[example]]
name = "the record of a file that came late counts from its receipt, that of a rejected file counts not at all"
expect = ""
[example.given]
usage_files = """
file_id | source | status
F1      | msc-01 | accepted
F2      | msc-01 | rejected
"""
usage_events = """
event_id | file_id | imsi | started_at           | received_at
E1       | F1      | I1   | 2026-03-01T09:00:00Z | 2026-03-09T10:00:00Z
E2       | F2      | I1   | 2026-03-01T09:30:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-10T09:00:00Z
R2        | E2       | forwarded | 2026-03-01T09:30:00Z | 2026-03-10T09:00:00Z
"""
+++*/
with settings as (select starts_at, to_hours(mediation_hours) as allowed from dataset),
rejected_files as (select file_id from usage_files where status = 'rejected'),
events as not materialized (select * from usage_events anti join rejected_files using (file_id)),

-- an event is received after it began, so a record finished that soon after cannot be late
slow as materialized (
    select mediation_records.*
    from mediation_records
    cross join settings
    where status <> 'suspended'
        and started_at >= settings.starts_at
        and mediated_at > started_at + settings.allowed
),
candidates as materialized (
    select slow.record_id, slow.event_id, slow.started_at, slow.status, slow.mediated_at,
        events.imsi, events.received_at, events.source,
        case when events.partial_sequence is not null then events.call_ref end as call_ref
    from slow
    join events using (event_id)
    cross join settings
    where slow.mediated_at > events.received_at + settings.allowed
),
sessions as (
    select
        candidates.record_id,
        max(events.received_at) as received_at,
        coalesce(bool_or(events.partial_last), false) as is_whole
    from candidates
    join events using (imsi, call_ref)
    where events.received_at <= candidates.mediated_at
    group by candidates.record_id
),
timed as (
    select candidates.* exclude (received_at), coalesce(sessions.received_at, candidates.received_at) as received_at
    from candidates
    left join sessions using (record_id)
    where coalesce(sessions.is_whole, true)
),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('timed'))
select
    timed.record_id as subject_id,
    known.account_id,
    known.subscription_id,
    timed.received_at + settings.allowed as occurred_at,
    known.cycle,
    {'mediated_before': timed.received_at + settings.allowed} as expected,
    {'mediated_before': timed.mediated_at} as actual,
    [{
        'event_id': timed.event_id, 'key': timed.record_id, 'received_at': timed.received_at,
        'started_at': timed.started_at, 'status': timed.status, 'stream': 'mediation_records'
    }] as rows,
    timed.source as scope
from timed
cross join settings
left join known using (event_id)
where timed.mediated_at > timed.received_at + settings.allowed
