/*+++
id = "file_excess"
title = "Usage file too long"
question = "Does any usage file hold more records than it declares?"
fault = "file_excess"
dimension = "completeness"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "medium"
owner = "usage assurance"
reads = ["usage_files", "usage_events"]
grain = "one row for each file with more records than it declares"
span = "whole"
unit = "usage files that came"
root_cause = "element_outage"
action = "request_partner_file"
causes = [
  "the file was written or loaded twice under one name",
  "the element or the partner counts wrongly",
]
corrections = ["ask the source which count is right; take out what was loaded twice"]
source = "Catalogue U01, U05, T04; TAP audit trailer"
eligible = """
select count(*)
from usage_files
cross join dataset
where usage_files.kind not in ('test', 'rap')
    and usage_files.status in ('accepted', 'partial')
    and usage_files.received_at is not null
    and usage_files.period_start >= dataset.starts_at
"""

[[example]]
name = "two records where one is declared, and one where a partner declares none"
expect = """
subject_id | occurred_at          | root_cause      | scope     | caused_by_fault
F1         | 2026-03-01T12:10:00Z | element_outage  | msc-01    |
F2         | 2026-03-02T06:00:00Z | partner_outage  | tap:FRAF1 |
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind    | status   | record_count | received_at
F1      | msc-01    |            | element | accepted | 1            | 2026-03-01T12:10:00Z
F2      | tap:FRAF1 | FRAF1      | tap     | accepted | 0            | 2026-03-02T06:00:00Z
"""
usage_events = """
event_id | file_id | imsi | service
E1       | F1      | I1   | voice
E2       | F1      | I2   | voice
E3       | F2      | I3   | voice
"""

[[example]]
name = "the record too many is a copy: that is the cause"
expect = """
subject_id | root_cause         | caused_by_fault | caused_by_subject
F2         | duplicate_delivery | duplicate_event | E3
"""
[example.given]
usage_files = """
file_id | source | status   | record_count | received_at
F1      | msc-01 | accepted | 1            | 2026-03-01T12:10:00Z
F2      | msc-01 | accepted | 1            | 2026-03-02T00:10:00Z
"""
usage_events = """
event_id | file_id | imsi | service | started_at           | received_at
E1       | F1      | I1   | voice   | 2026-03-01T11:00:00Z | 2026-03-01T12:10:00Z
E2       | F2      | I1   | voice   | 2026-03-01T13:00:00Z | 2026-03-02T00:10:00Z
E3       | F2      | I1   | voice   | 2026-03-01T11:00:00Z | 2026-03-02T00:10:00Z
"""

[[example]]
name = "as many as declared, a file that lacks one, and one whose record too many could not be read"
expect = ""
[example.given]
usage_files = """
file_id | source | status   | record_count | received_at
F1      | msc-01 | accepted | 1            | 2026-03-01T12:10:00Z
F2      | msc-01 | accepted | 2            | 2026-03-02T12:10:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
E2       | F2
"""
quarantine = """
stream       | file     | row | file_id
usage_events | part.csv | 2   | F1
"""

[[example]]
name = "a rejected file, one that has not come, a test file and one from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source | kind    | status    | record_count | period_start         | received_at
F1      | msc-01 | element | rejected  | 0            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F2      | msc-01 | element | announced | 0            | 2026-03-01T00:00:00Z |
F3      | msc-01 | test    | accepted  | 0            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F4      | msc-01 | element | accepted  | 0            | 2026-02-28T12:00:00Z | 2026-03-02T00:00:00Z
F5      | msc-01 | element | accepted  | 1            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
E2       | F2
E3       | F3
E4       | F4
E5       | F5
"""
+++*/
with settings as (select starts_at from dataset),
files as (
    select usage_files.*
    from usage_files
    cross join settings
    where kind not in ('test', 'rap')
        and status in ('accepted', 'partial')
        and received_at is not null
        and period_start >= settings.starts_at
),
events as not materialized (select * from usage_events),
counts as (select file_id, count(*) as events from events group by file_id),
overfull as (
    select files.*, counts.events, counts.events - files.record_count as surplus
    from files
    join counts using (file_id)
    where counts.events > files.record_count
),
contents as (select events.* from events semi join overfull using (file_id)),
earlier as (select events.* from events semi join contents using (imsi, started_at)),
copies as (
    select contents.file_id, min(contents.event_id) as first_copy, count(distinct contents.event_id) as copies
    from contents
    join earlier
        on earlier.imsi = contents.imsi
        and earlier.started_at = contents.started_at
        and earlier.service = contents.service
        and earlier.direction = contents.direction
        and earlier.duration_s = contents.duration_s
        and earlier.bytes_up = contents.bytes_up
        and earlier.bytes_down = contents.bytes_down
        and earlier.other_party is not distinct from contents.other_party
        and (earlier.received_at, earlier.event_id) < (contents.received_at, contents.event_id)
        and (contents.service <> 'sms' or earlier.file_id <> contents.file_id)
    group by contents.file_id
)
select
    overfull.file_id as subject_id,
    overfull.received_at as occurred_at,
    case
        when copies.file_id is not null then 'duplicate_delivery'
        when overfull.partner_id is not null then 'partner_outage'
    end as root_cause,
    {'records': overfull.record_count} as expected,
    {'records': overfull.events} as actual,
    [{
        'copies': coalesce(copies.copies, 0), 'key': overfull.file_id, 'sequence': overfull.sequence,
        'source': overfull.source, 'stream': 'usage_files'
    }] as rows,
    overfull.source as scope,
    case when copies.file_id is not null then 'duplicate_event' end as caused_by_fault,
    copies.first_copy as caused_by_subject
from overfull
left join copies on copies.file_id = overfull.file_id and copies.copies >= overfull.surplus
