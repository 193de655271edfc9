/*+++
id = "file_late"
title = "Usage file late"
question = "Did every usage file arrive within the hours agreed for its source?"
fault = "file_late"
dimension = "timeliness"
area = "partner"
kind = "threshold"
mode = "preventive"
severity = "medium"
owner = "partner settlement"
reads = ["usage_files"]
consults = ["partners"]
grain = "one row for each file that came, or still has not come, after its deadline"
span = "whole"
unit = "usage files with agreed delivery hours"
root_cause = "partner_delay"
action = "request_partner_file"
causes = [
  "the partner or the clearing house holds files back",
  "the transfer between the element and mediation stands",
  "a file was rejected and its resend took too long",
]
corrections = [
  "ask the source for the file",
  "bill an estimate where the invoice leaves before the file comes",
]
source = "Catalogue T01, U09; the partner's delivery_hours; the dataset's element_delivery_hours"
eligible = """
select count(*)
from usage_files as file
cross join dataset
left join partners as partner
    on partner.partner_id = file.partner_id
    and file.period_end >= partner.valid_from
    and (partner.valid_to is null or file.period_end < partner.valid_to)
where file.kind not in ('test', 'rap')
    and file.period_start >= dataset.starts_at
    and (file.partner_id is null or partner.delivery_hours is not null)
"""
open_items = """
with settings as (select as_of, starts_at, element_delivery_hours from dataset),
agreements as (select partner_id, delivery_hours, valid_from, valid_to from partners),
due as (
    select files.file_id, files.created_at,
        files.period_end + to_hours(least($longest_hours,
            case when files.partner_id is null then settings.element_delivery_hours else agreements.delivery_hours end
        )) as deadline
    from usage_files as files
    cross join settings
    left join agreements
        on agreements.partner_id = files.partner_id
        and files.period_end >= agreements.valid_from
        and (agreements.valid_to is null or files.period_end < agreements.valid_to)
    where files.kind not in ('test', 'rap')
        and files.period_start >= settings.starts_at
        and (files.status = 'announced' or files.received_at is null)
)
select file_id as subject_id, null::varchar as account_id, created_at as since, deadline as due_at
from due
cross join settings
where deadline >= settings.as_of
"""

[params.longest_hours]
default = 8760
unit = "hours"
means = "agreed hours count as at most this many"

[[example]]
name = "a partner's file that is announced and has not come, two hours past its deadline"
expect = """
subject_id | occurred_at          | root_cause    | amount
F1         | 2026-03-03T12:00:00Z | partner_delay | 0
"""
[example.given]
dataset = """
as_of
2026-03-03T14:00:00Z
"""
partners = """
partner_id | delivery_hours
FRAF1      | 36
"""
usage_files = """
file_id | source    | partner_id | kind | status    | period_start         | period_end
F1      | tap:FRAF1 | FRAF1      | tap  | announced | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
"""

[[example]]
name = "an own element's file that came a second too late"
expect = """
subject_id | root_cause
F1         | element_outage
"""
[example.given]
usage_files = """
file_id | source | status   | period_start         | period_end           | received_at
F1      | msc-01 | accepted | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | 2026-03-03T00:00:01Z
"""

[[example]]
name = "in time to the second, by the hours in force at the end of the period"
expect = ""
[example.given]
partners = """
partner_id | delivery_hours | valid_from           | valid_to
FRAF1      | 24             | 2026-01-01T00:00:00Z | 2026-03-01T12:00:00Z
FRAF1      | 48             | 2026-03-01T12:00:00Z |
"""
usage_files = """
file_id | source    | partner_id | status   | period_start         | period_end           | received_at
F1      | msc-01    |            | accepted | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
F2      | tap:FRAF1 | FRAF1      | accepted | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | 2026-03-03T23:00:00Z
"""

[[example]]
name = "a test file, a file from before the data starts and one that is still due"
expect = ""
[example.given]
dataset = """
as_of                | starts_at
2026-03-02T20:00:00Z | 2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source | kind    | status    | period_start         | period_end           | received_at
F1      | msc-01 | test    | announced | 2026-03-01T00:00:00Z | 2026-03-01T06:00:00Z |
F2      | msc-01 | element | accepted  | 2026-02-28T00:00:00Z | 2026-03-01T00:00:00Z | 2026-03-02T19:00:00Z
F3      | msc-01 | element | announced | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z |
"""

[[example]]
name = "a file that is announced and not due is open until its deadline"
expect = ""
expect_open = """
subject_id | since                | due_at
F1         | 2026-03-31T12:00:00Z | 2026-04-01T12:00:00Z
"""
[example.given]
usage_files = """
file_id | source | status    | period_start         | period_end           | created_at           | received_at
F1      | msc-01 | announced | 2026-03-30T12:00:00Z | 2026-03-31T12:00:00Z | 2026-03-31T12:00:00Z |
F2      | msc-01 | accepted  | 2026-03-30T12:00:00Z | 2026-03-31T12:00:00Z | 2026-03-31T12:00:00Z | 2026-03-31T13:00:00Z
"""
+++*/
with settings as (select as_of, starts_at, element_delivery_hours from dataset),
files as (select * from usage_files where kind not in ('test', 'rap')),
agreements as (select partner_id, delivery_hours, valid_from, valid_to from partners),
due as (
    select
        files.*,
        case when files.status <> 'announced' and files.received_at <= settings.as_of then files.received_at end
            as arrived_at,
        files.period_end + to_hours(least($longest_hours,
            case when files.partner_id is null
                then settings.element_delivery_hours
                else agreements.delivery_hours
            end)) as deadline
    from files
    cross join settings
    left join agreements
        on agreements.partner_id = files.partner_id
        and files.period_end >= agreements.valid_from
        and (agreements.valid_to is null or files.period_end < agreements.valid_to)
    where files.period_start >= settings.starts_at
)
select
    due.file_id as subject_id,
    due.deadline as occurred_at,
    case when due.partner_id is null then 'element_outage' end as root_cause,
    {received_at: due.deadline} as expected,
    {received_at: due.arrived_at} as actual,
    [{
        'key': due.file_id, 'period_end': due.period_end, 'sequence': due.sequence,
        'source': due.source, 'status': due.status, 'stream': 'usage_files'
    }] as rows,
    due.source as scope
from due
cross join settings
where coalesce(due.arrived_at, settings.as_of) > due.deadline
