/*+++
id = "event_not_mediated"
title = "Usage never mediated"
question = "Did every usage event that the network saw reach mediation in time?"
fault = "event_not_mediated"
dimension = "completeness"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_events", "mediation_records"]
consults = ["usage_files"]
grain = "one row for each event, or each long session, that no mediation record covers past its deadline"
span = "account"
unit = "usage events past their mediation deadline"
root_cause = "mediation_config"
action = "recycle_records"
causes = [
  "a filter or a decoder of mediation drops a kind of event",
  "a file was collected but not loaded",
  "a file was rejected and not sent again",
]
corrections = ["send the events through mediation again, then rate them"]
source = "Catalogue U01, U03; contract rating.md 3: one record for a long session once its last part is in"
eligible = """
select count(*)
from usage_events
cross join dataset
where usage_events.received_at < dataset.as_of - to_hours(dataset.mediation_hours)
    and usage_events.started_at >= dataset.starts_at
"""
open_items = """
with settings as (select starts_at, as_of, to_hours(mediation_hours) as allowed from dataset),
apart as (select file_id from usage_files where status = 'rejected' or kind in ('nrtrde', 'rap', 'test')),
waiting as (
    select event_id, received_at, received_at + settings.allowed as due_at,
        coalesce(imsi || ' ' || case when partial_sequence is not null then call_ref end, event_id) as session
    from usage_events
    cross join settings
    anti join mediation_records using (event_id)
    anti join apart using (file_id)
    where usage_events.started_at >= settings.starts_at
        and usage_events.received_at + settings.allowed >= settings.as_of
        and coalesce(replace(lower(cause_code), ' ', '_'), '') <> 'not_answered'
),
mediated as (
    select distinct imsi || ' ' || call_ref as session
    from usage_events
    semi join mediation_records using (event_id)
    where partial_sequence is not null and call_ref is not null
),
known as (select event_id, account_id from event_context_of('waiting'))
select event_id as subject_id, account_id, received_at as since, due_at
from waiting
anti join mediated using (session)
left join known using (event_id)
"""

[[example]]
name = "an event without a record, a second past its deadline, on its account and cycle"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount | currency
E1         | A1         | S1              | 2026-03-01 | 2026-03-01T09:00:00Z | 0      | PLN
"""
[example.given]
dataset = """
as_of
2026-03-02T10:00:01Z
"""
accounts = """
account_id | currency
A1         | PLN
"""
usage_events = """
event_id | imsi | started_at           | received_at
E1       | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | I1   | 2026-03-01T09:05:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id
R2        | E2
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
E2       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "a long session that is all in and has no record is one finding, by its first part"
expect = """
subject_id | occurred_at
E1         | 2026-03-01T09:00:00Z
"""
[example.given]
usage_events = """
event_id | imsi | call_ref | partial_sequence | partial_last | started_at           | received_at
E2       | I1   | C1       | 2                | true         | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z
E1       | I1   | C1       | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""

[[example]]
name = "events of a rejected file count as not mediated, even with a record"
expect = """
subject_id
E1
"""
[example.given]
usage_files = """
file_id | status   | source | sequence
F1      | rejected | msc-01 | 1
"""
usage_events = """
event_id | file_id | imsi | started_at           | received_at
E1       | F1      | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id
R1        | E1
"""

[[example]]
name = "on the second of the deadline, a discarded event, a record that came late, and one from before the data starts"
expect = ""
[example.given]
dataset = """
as_of                | starts_at
2026-03-02T10:00:00Z | 2026-03-01T00:00:00Z
"""
usage_events = """
event_id | imsi | started_at           | received_at
E1       | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | I1   | 2026-03-01T00:10:00Z | 2026-03-01T00:15:00Z
E3       | I1   | 2026-03-01T00:10:00Z | 2026-03-01T00:15:00Z
E4       | I1   | 2026-02-28T23:59:00Z | 2026-03-01T00:15:00Z
"""
mediation_records = """
record_id | event_id | status    | mediated_at
R2        | E2       | discarded | 2026-03-01T01:00:00Z
R3        | E3       | forwarded | 2026-03-02T09:00:00Z
"""

[[example]]
name = "a session under one record, one whose last part never came, one that lacks a part, one whose last part is new"
expect = ""
[example.given]
dataset = """
as_of
2026-03-03T00:00:00Z
"""
usage_events = """
event_id | imsi | call_ref | partial_sequence | partial_last | started_at           | received_at
A1       | I1   | A        | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
A2       | I1   | A        | 2                | true         | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z
B1       | I1   | B        | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
C2       | I1   | C        | 2                | true         | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
D1       | I1   | D        | 1                |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
D2       | I1   | D        | 2                | true         | 2026-03-02T09:00:00Z | 2026-03-02T10:00:00Z
"""
mediation_records = """
record_id | event_id
R1        | A1
"""

[[example]]
name = "a rejected file whose usage came again in its resend"
expect = ""
[example.given]
usage_files = """
file_id | status   | source | sequence
F1      | rejected | msc-01 | 1
F2      | accepted | msc-01 | 2
"""
usage_events = """
event_id | file_id | imsi | other_party | duration_s | started_at           | received_at
E1       | F1      | I1   | 48601       | 60         | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | F2      | I1   | 48601       | 60         | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
"""
mediation_records = """
record_id | event_id
R2        | E2
"""

[[example]]
name = "usage whose resend was rejected as well is one finding, by the copy that came first"
expect = """
subject_id
E1
"""
[example.given]
usage_files = """
file_id | status   | source | sequence
F1      | rejected | msc-01 | 1
F2      | rejected | msc-01 | 2
"""
usage_events = """
event_id | file_id | imsi | other_party | duration_s | started_at           | received_at
E1       | F1      | I1   | 48601       | 60         | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | F2      | I1   | 48601       | 60         | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
"""
mediation_records = """
record_id | event_id
R2        | E2
"""

[[example]]
name = "not a copy of mediated usage, the later of two copies, a test file, a near-real-time report or an unanswered call"
expect = """
subject_id
E3
"""
[example.given]
usage_files = """
file_id | kind    | status   | source    | sequence
F1      | element | accepted | msc-01    | 1
F2      | element | accepted | msc-01    | 2
F3      | test    | accepted | msc-01    | 3
F4      | nrtrde  | accepted | tap:FRAF1 | 4
"""
usage_events = """
event_id | file_id | imsi | duration_s | cause_code   | started_at           | received_at
E1       | F1      | I1   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E2       | F2      | I1   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
E3       | F1      | I2   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E4       | F2      | I2   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T12:00:00Z
E5       | F3      | I3   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E6       | F4      | I4   | 60         |              | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E7       | F1      | I5   | 0          | not answered | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
mediation_records = """
record_id | event_id
R1        | E1
"""

[[example]]
name = "what may still be mediated is open until its deadline; a later part of a mediated session, or usage not answered, is not"
expect = ""
expect_open = """
subject_id | account_id | since                | due_at
E1         | A1         | 2026-03-01T10:00:00Z | 2026-03-02T10:00:00Z
"""
[example.given]
dataset = """
as_of
2026-03-02T09:00:00Z
"""
usage_events = """
event_id | imsi | started_at           | received_at          | call_ref | partial_sequence | cause_code
E0       | I1   | 2026-03-01T07:00:00Z | 2026-03-01T07:30:00Z |          |                  |
E1       | I1   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z |          |                  |
E2       | I1   | 2026-03-01T09:05:00Z | 2026-03-01T10:00:00Z | C1       | 1                |
E3       | I1   | 2026-03-01T09:35:00Z | 2026-03-01T10:00:00Z | C1       | 2                |
E4       | I1   | 2026-03-01T09:40:00Z | 2026-03-01T10:00:00Z |          |                  | not answered
"""
mediation_records = """
record_id | event_id
R0        | E0
R2        | E2
"""
event_context = """
event_id | account_id
E1       | A1
"""
+++*/
with settings as (
    select starts_at, as_of - to_hours(mediation_hours) as received_before from dataset
),
events as not materialized (select * from usage_events),
records as not materialized (select event_id from mediation_records),
rejected_files as (select file_id from usage_files where status = 'rejected'),
unbilled_files as (select file_id from usage_files where kind in ('nrtrde', 'rap', 'test')),
-- nearly all events have a record: few are worth more columns than a hash
without_record as materialized (
    select event_id from events anti join records on hash(records.event_id) = hash(events.event_id)
    union
    select event_id from events semi join rejected_files using (file_id)
),
single_events as (
    select event_id, file_id, source, imsi, call_ref, 1 as parts, started_at, received_at
    from events
    semi join without_record using (event_id)
    where call_ref is null or partial_sequence is null
),
session_parts as not materialized (select * from events where call_ref is not null and partial_sequence is not null),
mediated_sessions as (select imsi, call_ref from session_parts anti join without_record using (event_id)),
whole_sessions as (
    select
        imsi,
        call_ref,
        arg_min(
            {event_id: event_id, file_id: file_id, source: source},
            {partial_sequence: partial_sequence, received_at: received_at, event_id: event_id}
        ) as first_part,
        count(distinct partial_sequence) as parts,
        min(started_at) as started_at,
        max(received_at) as received_at
    from session_parts
    anti join mediated_sessions using (imsi, call_ref)
    group by imsi, call_ref
    having bool_or(partial_last) and min(partial_sequence) = 1 and max(partial_sequence) = count(distinct partial_sequence)
),
unanswered as (
    select event_id from events where replace(lower(cause_code), ' ', '_') = 'not_answered'
),
unmediated as (
    select * from single_events
    union all
    select first_part.event_id, first_part.file_id, first_part.source, imsi, call_ref, parts, started_at, received_at
    from whole_sessions
),
due as materialized (
    select unmediated.*
    from unmediated
    cross join settings
    anti join unbilled_files using (file_id)
    anti join unanswered using (event_id)
    where unmediated.received_at < settings.received_before
        and unmediated.started_at >= settings.starts_at
),

-- the same usage in another file: the resend of a rejected one, or a delivery that mediation has already dealt with
seen as (select events.* from events semi join due using (event_id)),
moments as (
    select events.*
    from events
    semi join seen using (imsi, started_at)
    anti join unbilled_files using (file_id)
),
mediated_moments as (select event_id from moments anti join without_record using (event_id)),
delivered_again as (
    select seen.event_id
    from seen
    semi join moments
        on moments.imsi = seen.imsi
        and moments.started_at = seen.started_at
        and moments.event_id <> seen.event_id
        and moments.file_id <> seen.file_id
        and moments.service = seen.service
        and moments.direction = seen.direction
        and moments.duration_s = seen.duration_s
        and moments.bytes_up = seen.bytes_up
        and moments.bytes_down = seen.bytes_down
        and moments.other_party is not distinct from seen.other_party
        and moments.partial_sequence is not distinct from seen.partial_sequence
        and case
            when moments.event_id in (select event_id from mediated_moments) then true
            when seen.file_id in (select file_id from rejected_files) = moments.file_id in (select file_id from rejected_files)
                then (moments.received_at, moments.event_id) < (seen.received_at, seen.event_id)
            else seen.file_id in (select file_id from rejected_files)
        end
),
overdue as (select * from due anti join delivered_again using (event_id)),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('overdue'))
select
    overdue.event_id as subject_id,
    known.account_id,
    known.subscription_id,
    overdue.started_at as occurred_at,
    known.cycle,
    {'records': 1} as expected,
    {'records': 0} as actual,
    [{
        'call_ref': overdue.call_ref, 'file_id': overdue.file_id, 'imsi': overdue.imsi, 'key': overdue.event_id,
        'parts': overdue.parts, 'received_at': overdue.received_at, 'started_at': overdue.started_at,
        'stream': 'usage_events'
    }] as rows,
    overdue.source as scope
from overdue
left join known using (event_id)
