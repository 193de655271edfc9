/*+++
id = "file_short"
title = "Usage file too short"
question = "Does every usage file that came hold as many records as it declares?"
fault = "file_short"
dimension = "completeness"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_files", "usage_events"]
grain = "one row for each file with fewer records than it declares, those that could not be read included"
span = "whole"
unit = "usage files that came"
root_cause = "element_outage"
action = "request_partner_file"
causes = [
  "the file was cut off on its way",
  "the element counts a record that it never wrote",
  "a loader skipped records without keeping them",
]
corrections = ["ask the source to send the file again, then rate what was missing"]
source = "Catalogue U01, U02, T04; TAP audit trailer: the count includes rejected records"
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
name = "one record of three is not there, and a partner's file is empty"
expect = """
subject_id | occurred_at          | root_cause     | scope     | amount
F1         | 2026-03-01T12:10:00Z | element_outage | msc-01    | 0
F2         | 2026-03-02T06:00:00Z | partner_outage | tap:FRAF1 | 0
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind    | status   | record_count | received_at
F1      | msc-01    |            | element | accepted | 3            | 2026-03-01T12:10:00Z
F2      | tap:FRAF1 | FRAF1      | tap     | partial  | 1            | 2026-03-02T06:00:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
E2       | F1
"""

[[example]]
name = "a record that could not be read explains one of the two that are missing"
expect = """
subject_id
F2
"""
[example.given]
usage_files = """
file_id | source | status   | record_count | received_at
F1      | msc-01 | accepted | 2            | 2026-03-01T12:10:00Z
F2      | msc-01 | accepted | 3            | 2026-03-02T12:10:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
E2       | F2
"""
quarantine = """
stream       | file     | row | column     | value | file_id
usage_events | part.csv | 2   | duration_s | -5    | F1
usage_events | part.csv | 3   | duration_s | -5    | F2
usage_events | part.csv | 3   | bytes_up   | x     | F2
"""

[[example]]
name = "while a whole file of events cannot be read, what is missing is taken to follow from that"
expect = """
subject_id | caused_by_fault | caused_by_subject
F1         | row_rejected    | part.csv#0
"""
[example.given]
usage_files = """
file_id | source | status   | record_count | received_at
F1      | msc-01 | accepted | 2            | 2026-03-01T12:10:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
"""
quarantine = """
stream       | file     | row
usage_events | part.csv | 0
"""

[[example]]
name = "whole files, an empty one of nothing, and a row that is no row but says in its text where it belongs"
expect = ""
[example.given]
usage_files = """
file_id | source | status   | record_count | received_at
F1      | msc-01 | accepted | 1            | 2026-03-01T12:10:00Z
F2      | msc-01 | accepted | 0            | 2026-03-02T12:10:00Z
F3      | msc-01 | accepted | 2            | 2026-03-03T12:10:00Z
"""
usage_events = """
event_id | file_id
E1       | F1
E3       | F3
"""
quarantine = """
stream       | file     | row | value
usage_events | part.csv | 9   | E4,msc-01,F3,2,voice
"""

[[example]]
name = "a file that has not come, a rejected one, a test file and one from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source | kind    | status    | record_count | period_start         | received_at
F1      | msc-01 | element | announced | 5            | 2026-03-01T00:00:00Z |
F2      | msc-01 | element | accepted  | 5            | 2026-03-01T00:00:00Z |
F3      | msc-01 | element | rejected  | 5            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F4      | msc-01 | test    | accepted  | 5            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F5      | msc-01 | element | accepted  | 5            | 2026-02-28T12:00:00Z | 2026-03-02T00:00:00Z
F6      | msc-01 | element | accepted  | 0            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
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
counts as (select file_id, count(*) as events from usage_events group by file_id),
rejected as (
    select distinct file, row, value, file_id from quarantine where stream = 'usage_events'
),
unreadable as (select min(file || '#0') as subject_id from rejected where row = 0),
lacking as (
    select files.*, coalesce(counts.events, 0) as events
    from files
    left join counts using (file_id)
    where files.record_count > coalesce(counts.events, 0)
),
unread as (
    select lacking.file_id, count(distinct (rejected.file, rejected.row)) as records
    from lacking
    join rejected
        on rejected.row > 0
        and (rejected.file_id = lacking.file_id or (rejected.file_id is null and contains(rejected.value, lacking.file_id)))
    group by lacking.file_id
)
select
    lacking.file_id as subject_id,
    lacking.received_at as occurred_at,
    case when lacking.partner_id is not null then 'partner_outage' end as root_cause,
    {'records': lacking.record_count} as expected,
    {'records': lacking.events + coalesce(unread.records, 0)} as actual,
    [{
        'key': lacking.file_id, 'period_end': lacking.period_end, 'period_start': lacking.period_start,
        'sequence': lacking.sequence, 'source': lacking.source, 'stream': 'usage_files',
        'unread': coalesce(unread.records, 0)
    }] as rows,
    lacking.source as scope,
    case when unreadable.subject_id is not null then 'row_rejected' end as caused_by_fault,
    unreadable.subject_id as caused_by_subject
from lacking
cross join unreadable
left join unread using (file_id)
where lacking.record_count > lacking.events + coalesce(unread.records, 0)
