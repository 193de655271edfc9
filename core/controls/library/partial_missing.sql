/*+++
id = "partial_missing"
title = "Session with a part missing"
question = "Did every part of every long session come?"
fault = "partial_missing"
dimension = "completeness"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_events", "usage_files"]
consults = ["partners"]
grain = "one row for each long session without its first, a middle or its last part, once the files that could hold it are here or overdue"
span = "whole"
unit = "parts of long sessions"
root_cause = "element_outage"
action = "request_partner_file"
causes = [
  "the element lost a part of the session",
  "the file with that part was lost, or cut off",
]
corrections = ["ask the source for the part; bill the session with what it lacks in its own period"]
source = "Catalogue U07; contract rating.md 3: parts share imsi and call_ref, the last one says so"
eligible = """
select count(*)
from usage_events
cross join dataset
where usage_events.call_ref is not null
    and usage_events.partial_sequence is not null
    and usage_events.started_at >= dataset.starts_at
"""

[[example]]
name = "a middle part lacks, a last one, a first one"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | scope  | caused_by_fault
C1         | A1         | S1              | 2026-03-01 | 2026-03-02T10:00:00Z | pgw-01 |
C2         |            |                 |            | 2026-03-02T12:00:00Z | pgw-01 |
C3         |            |                 |            | 2026-03-02T08:00:00Z | pgw-01 |
"""
[example.given]
usage_files = """
file_id | source | sequence | status   | period_start         | period_end           | received_at
F1      | pgw-01 | 1        | accepted | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
F2      | pgw-01 | 2        | accepted | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z | 2026-03-03T00:10:00Z
"""
usage_events = """
event_id | file_id | source | imsi | call_ref | partial_sequence | partial_last | duration_s | started_at           | received_at
E1       | F1      | pgw-01 | I1   | C1       | 1                | false        | 7200       | 2026-03-02T08:00:00Z | 2026-03-02T12:10:00Z
E3       | F2      | pgw-01 | I1   | C1       | 3                | true         | 600        | 2026-03-02T12:00:00Z | 2026-03-03T00:10:00Z
E4       | F1      | pgw-01 | I2   | C2       | 1                | false        | 7200       | 2026-03-02T08:00:00Z | 2026-03-02T12:10:00Z
E5       | F1      | pgw-01 | I2   | C2       | 2                | false        | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
E6       | F1      | pgw-01 | I3   | C3       | 2                | true         | 60         | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "the part was in a file that was lost, is late, or came too short: it follows from that"
expect = """
subject_id | caused_by_fault | caused_by_subject
C1         | file_missing    | pgw-01#2
C2         | file_late       | P2
C3         | file_short      | Q2
"""
[example.given]
usage_files = """
file_id | source | sequence | status    | record_count | period_start         | period_end           | received_at
F1      | pgw-01 | 1        | accepted  | 1            | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
F3      | pgw-01 | 3        | accepted  | 0            | 2026-03-03T00:00:00Z | 2026-03-03T12:00:00Z | 2026-03-03T12:10:00Z
P1      | pgw-02 | 1        | accepted  | 1            | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
P2      | pgw-02 | 2        | announced | 1            | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z |
P3      | pgw-02 | 3        | accepted  | 0            | 2026-03-03T00:00:00Z | 2026-03-03T12:00:00Z | 2026-03-03T12:10:00Z
Q1      | pgw-03 | 1        | accepted  | 1            | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
Q2      | pgw-03 | 2        | accepted  | 1            | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z | 2026-03-03T00:10:00Z
"""
usage_events = """
event_id | file_id | source | imsi | call_ref | partial_sequence | duration_s | started_at           | received_at
E1       | F1      | pgw-01 | I1   | C1       | 1                | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
E2       | P1      | pgw-02 | I2   | C2       | 1                | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
E3       | Q1      | pgw-03 | I3   | C3       | 1                | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
"""

[[example]]
name = "a session still running, one whose next part is in a file that is still due, a whole one, one part twice"
expect = ""
[example.given]
dataset = """
as_of
2026-03-03T06:00:00Z
"""
usage_files = """
file_id | source | sequence | status    | period_start         | period_end           | received_at
F1      | pgw-01 | 1        | accepted  | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
F2      | pgw-01 | 2        | accepted  | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z | 2026-03-03T00:10:00Z
P1      | pgw-02 | 1        | accepted  | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
P2      | pgw-02 | 2        | announced | 2026-03-02T12:00:00Z | 2026-03-03T00:00:00Z |
P3      | pgw-02 | 3        | accepted  | 2026-03-03T00:00:00Z | 2026-03-03T04:00:00Z | 2026-03-03T04:10:00Z
"""
usage_events = """
event_id | file_id | source | imsi | call_ref | partial_sequence | partial_last | duration_s | started_at           | received_at
E1       | F2      | pgw-01 | I1   | C1       | 1                | false        | 7200       | 2026-03-02T21:30:00Z | 2026-03-03T00:10:00Z
E2       | P1      | pgw-02 | I2   | C2       | 1                | false        | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
E3       | P1      | pgw-02 | I3   | C3       | 1                | false        | 7200       | 2026-03-02T10:00:00Z | 2026-03-02T12:10:00Z
E4       | P3      | pgw-02 | I3   | C3       | 3                | true         | 60         | 2026-03-03T00:30:00Z | 2026-03-03T04:10:00Z
E5       | F1      | pgw-01 | I4   | C4       | 1                | false        | 7200       | 2026-03-02T08:00:00Z | 2026-03-02T12:10:00Z
E6       | F2      | pgw-01 | I4   | C4       | 2                | true         | 7200       | 2026-03-02T10:00:00Z | 2026-03-03T00:10:00Z
E7       | F2      | pgw-01 | I4   | C4       | 2                | true         | 7200       | 2026-03-02T10:00:00Z | 2026-03-03T00:10:00Z
"""

[[example]]
name = "sessions that began before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-02T00:00:00Z
"""
usage_files = """
file_id | source | status   | period_start         | period_end           | received_at
F1      | pgw-01 | accepted | 2026-03-02T00:00:00Z | 2026-03-02T12:00:00Z | 2026-03-02T12:10:00Z
"""
usage_events = """
event_id | file_id | source | imsi | call_ref | partial_sequence | partial_last | duration_s | started_at           | received_at
E1       | F1      | pgw-01 | I1   | C1       | 1                | false        | 7200       | 2026-03-01T23:30:00Z | 2026-03-02T12:10:00Z
E2       | F1      | pgw-01 | I2   | C2       | 2                | true         | 7200       | 2026-03-02T01:00:00Z | 2026-03-02T12:10:00Z
"""
+++*/
with settings as (select starts_at, as_of, element_delivery_hours from dataset),
parts as not materialized (
    select * from usage_events where call_ref is not null and partial_sequence is not null
),
contents as (select file_id, count(*) as events from usage_events group by file_id),
agreements as (select partner_id, delivery_hours, valid_from, valid_to from partners),
files as materialized (
    select
        usage_files.*,
        usage_files.received_at is not null and usage_files.status <> 'announced' as has_come,
        usage_files.period_end + to_hours(
            case when usage_files.partner_id is null then settings.element_delivery_hours
            else coalesce(agreements.delivery_hours, 0) end
        ) as deadline
    from usage_files
    cross join settings
    left join agreements
        on agreements.partner_id = usage_files.partner_id
        and usage_files.period_end >= agreements.valid_from
        and (agreements.valid_to is null or usage_files.period_end < agreements.valid_to)
),
heard as (select source, max(period_end) as until from files where has_come group by source),
longest as (select source, max(duration_s) as part from parts group by source),
sessions as (
    select
        imsi, call_ref,
        any_value(source) as source,
        arg_min({event_id: event_id, file_id: file_id}, row(partial_sequence, received_at, event_id)) as first_part,
        count(distinct partial_sequence) as held,
        min(partial_sequence) as lowest,
        max(partial_sequence) as highest,
        coalesce(bool_or(partial_last), false) as is_ended,
        min(started_at) as started_at,
        max(started_at + to_seconds(duration_s)) as ended_at
    from parts
    group by imsi, call_ref
    having count(distinct partial_sequence) < max(partial_sequence) or not coalesce(bool_or(partial_last), false)
),

-- what lacks lies between the end of one part and the start of the next, or within a part's length of either end
steps as (
    select
        imsi, call_ref, partial_sequence, started_at,
        lag(partial_sequence) over session as before,
        lag(started_at + to_seconds(duration_s)) over session as after_instant
    from parts
    semi join sessions using (imsi, call_ref)
    window session as (partition by imsi, call_ref order by partial_sequence, started_at, event_id)
),
holes as (
    select imsi, call_ref, min(after_instant) as since, min(started_at) as until
    from steps
    where partial_sequence > before + 1
    group by imsi, call_ref
),
lacking as (
    select
        sessions.*,
        coalesce(
            case when lowest > 1 then sessions.started_at - to_seconds(longest.part) end, holes.since, sessions.ended_at
        ) as since,
        coalesce(
            case when lowest > 1 then sessions.started_at end, holes.until, sessions.ended_at + to_seconds(longest.part)
        ) as until
    from sessions
    join longest using (source)
    cross join settings
    left join holes using (imsi, call_ref)
    where sessions.started_at - to_seconds((lowest - 1) * longest.part) >= settings.starts_at
),
places as (
    select
        lacking.imsi, lacking.call_ref,
        bool_or(not files.has_come and files.deadline >= settings.as_of) as is_due,
        min(files.file_id) filter (where not files.has_come) as late_file,
        min(files.file_id) filter (where files.has_come and files.record_count > coalesce(contents.events, 0)) as short_file,
        bool_or(files.period_start <= lacking.until and lacking.until < files.period_end) as is_covered
    from lacking
    cross join settings
    join files
        on files.source = lacking.source
        and files.period_end > lacking.since
        and files.period_start <= lacking.until
    left join contents using (file_id)
    group by lacking.imsi, lacking.call_ref
),
former as (
    select lacking.imsi, lacking.call_ref, max(files.sequence) as sequence
    from lacking
    join files on files.source = lacking.source and files.period_end <= lacking.until
    group by lacking.imsi, lacking.call_ref
),
found as (
    select
        lacking.*, places.late_file, places.short_file,
        case when not coalesce(places.is_covered, false) then former.sequence + 1 end as lost_sequence
    from lacking
    join heard using (source)
    left join places using (imsi, call_ref)
    left join former using (imsi, call_ref)
    where heard.until >= lacking.until and not coalesce(places.is_due, false)
),
first_parts as (select first_part.event_id from found),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('first_parts'))
select
    found.call_ref as subject_id,
    known.account_id,
    known.subscription_id,
    found.since as occurred_at,
    known.cycle,
    {'has_last_part': true, 'parts': found.highest + (not found.is_ended)::int} as expected,
    {'has_last_part': found.is_ended, 'parts': found.held} as actual,
    [{
        'call_ref': found.call_ref, 'file_id': found.first_part.file_id, 'imsi': found.imsi,
        'key': found.first_part.event_id, 'started_at': found.started_at, 'stream': 'usage_events'
    }] as rows,
    found.source as scope,
    case
        when found.late_file is not null then 'file_late'
        when found.lost_sequence is not null then 'file_missing'
        when found.short_file is not null then 'file_short'
    end as caused_by_fault,
    coalesce(found.late_file, found.source || '#' || found.lost_sequence, found.short_file) as caused_by_subject
from found
left join known on known.event_id = found.first_part.event_id
