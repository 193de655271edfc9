/*+++
id = "feed_silent"
title = "Usage source silent"
question = "Did a source fall silent, or far below what it sends at this hour of the week?"
fault = "feed_silent"
dimension = "completeness"
area = "network and usage"
kind = "trend"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_files"]
grain = "one row for each first of a row of files of a source that hold almost nothing of what its files of that hour usually hold"
span = "whole"
unit = "usage files that came"
root_cause = "element_outage"
action = "request_partner_file"
causes = [
  "the element or the partner lost records before it wrote its files",
  "traffic was routed to an element that is not collected",
]
corrections = ["collect what was lost, or bill an estimate in its own period"]
source = "Catalogue U12; median of the same weekday and hour in the weeks before, so that nights, weekends and growth explain themselves"
eligible = """
select count(*)
from usage_files
cross join dataset
where usage_files.kind in ('element', 'tap')
    and usage_files.status in ('accepted', 'partial')
    and usage_files.received_at is not null
    and usage_files.period_start >= dataset.starts_at
"""

[params.weeks]
default = 8
unit = "weeks"
means = "how far back the usual volume is looked for"

[params.least_weeks]
default = 2
unit = "weeks"
means = "with fewer files of that hour before it a file is not judged"

[params.least_records]
default = 20
unit = "records"
means = "an element that usually sends fewer is not judged: chance alone may empty its files"

[params.least_partner_records]
default = 200
unit = "records"
means = "the same for a partner, whose records come from few travellers with many each"

[params.recent_files]
default = 7
unit = "files"
means = "the usual volume is at most that of the files just before, so that the end of a season is none"

[params.share]
default = 0.2
unit = "of the usual volume"
means = "a file with at most this much of it is silent"

[[example]]
name = "two files with a record in fifty are one silence, from the first of them; then another"
expect = """
subject_id                  | occurred_at          | scope  | root_cause
msc-01@2026-02-02T00:00:00Z | 2026-02-02T00:00:00Z | msc-01 | element_outage
msc-01@2026-02-16T00:00:00Z | 2026-02-16T00:00:00Z | msc-01 | element_outage
"""
[example.given]
usage_files = """
file_id | source | status   | record_count | period_start         | received_at
F1      | msc-01 | accepted | 50           | 2026-01-05T00:00:00Z | 2026-01-05T12:10:00Z
F2      | msc-01 | accepted | 60           | 2026-01-12T00:00:00Z | 2026-01-12T12:10:00Z
F3      | msc-01 | accepted | 40           | 2026-01-19T00:00:00Z | 2026-01-19T12:10:00Z
F4      | msc-01 | accepted | 50           | 2026-01-26T00:00:00Z | 2026-01-26T12:10:00Z
F5      | msc-01 | accepted | 1            | 2026-02-02T00:00:00Z | 2026-02-02T12:10:00Z
F6      | msc-01 | accepted | 10           | 2026-02-09T00:00:00Z | 2026-02-09T12:10:00Z
F7      | msc-01 | accepted | 45           | 2026-02-09T12:00:00Z | 2026-02-10T00:10:00Z
F8      | msc-01 | accepted | 0            | 2026-02-16T00:00:00Z | 2026-02-16T12:10:00Z
"""

[[example]]
name = "a quiet hour of every week, a source of few records, a file above the share, too short a past, a test file, a season that ends"
expect = ""
[example.given]
usage_files = """
file_id | source | kind    | status   | record_count | period_start         | received_at
A1      | msc-01 | element | accepted | 50           | 2026-01-05T00:00:00Z | 2026-01-05T12:10:00Z
A2      | msc-01 | element | accepted | 2            | 2026-01-05T12:00:00Z | 2026-01-06T00:10:00Z
A3      | msc-01 | element | accepted | 50           | 2026-01-12T00:00:00Z | 2026-01-12T12:10:00Z
A4      | msc-01 | element | accepted | 2            | 2026-01-12T12:00:00Z | 2026-01-13T00:10:00Z
A5      | msc-01 | element | accepted | 50           | 2026-01-19T00:00:00Z | 2026-01-19T12:10:00Z
A6      | msc-01 | element | accepted | 50           | 2026-01-26T00:00:00Z | 2026-01-26T12:10:00Z
A7      | msc-01 | element | accepted | 11           | 2026-02-02T00:00:00Z | 2026-02-02T12:10:00Z
B1      | msc-02 | element | accepted | 9            | 2026-01-05T00:00:00Z | 2026-01-05T12:10:00Z
B2      | msc-02 | element | accepted | 9            | 2026-01-12T00:00:00Z | 2026-01-12T12:10:00Z
B3      | msc-02 | element | accepted | 9            | 2026-01-19T00:00:00Z | 2026-01-19T12:10:00Z
B4      | msc-02 | element | accepted | 9            | 2026-01-26T00:00:00Z | 2026-01-26T12:10:00Z
B5      | msc-02 | element | accepted | 0            | 2026-02-02T00:00:00Z | 2026-02-02T12:10:00Z
C1      | msc-03 | element | accepted | 50           | 2026-01-05T00:00:00Z | 2026-01-05T12:10:00Z
C2      | msc-03 | element | accepted | 0            | 2026-01-12T00:00:00Z | 2026-01-12T12:10:00Z
D1      | msc-01 | test    | accepted | 0            | 2026-02-02T00:00:00Z | 2026-02-02T12:10:00Z
E1      | msc-04 | element | accepted | 90           | 2026-01-05T00:00:00Z | 2026-01-05T12:10:00Z
E2      | msc-04 | element | accepted | 90           | 2026-01-12T00:00:00Z | 2026-01-12T12:10:00Z
E3      | msc-04 | element | accepted | 90           | 2026-01-19T00:00:00Z | 2026-01-19T12:10:00Z
E4      | msc-04 | element | accepted | 90           | 2026-01-26T00:00:00Z | 2026-01-26T12:10:00Z
E5      | msc-04 | element | accepted | 40           | 2026-01-27T00:00:00Z | 2026-01-27T12:10:00Z
E6      | msc-04 | element | accepted | 35           | 2026-01-28T00:00:00Z | 2026-01-28T12:10:00Z
E7      | msc-04 | element | accepted | 30           | 2026-01-29T00:00:00Z | 2026-01-29T12:10:00Z
E8      | msc-04 | element | accepted | 25           | 2026-01-30T00:00:00Z | 2026-01-30T12:10:00Z
E9      | msc-04 | element | accepted | 20           | 2026-01-31T00:00:00Z | 2026-01-31T12:10:00Z
E10     | msc-04 | element | accepted | 15           | 2026-02-02T00:00:00Z | 2026-02-02T12:10:00Z
"""
+++*/
with settings as (select starts_at, timezone from dataset),
files as (
    select
        usage_files.*,
        greatest(1, date_diff('hour', period_start, period_end)) as hours,
        timezone(settings.timezone, period_start + to_minutes(30 * greatest(1, date_diff('hour', period_start, period_end))))
            as middle
    from usage_files
    cross join settings
    where kind in ('element', 'tap')
        and status in ('accepted', 'partial')
        and received_at is not null
        and period_start >= settings.starts_at
),
compared as (
    select
        *,
        count(*) over past as weeks,
        least(median(record_count) over past, median(record_count) over recent) as usual
    from files
    window
        past as (
            partition by source, kind, dayofweek(middle), hour(middle) // hours
            order by period_start, file_id rows between $weeks preceding and 1 preceding
        ),
        recent as (
            partition by source, kind
            order by period_start, file_id rows between $recent_files preceding and 1 preceding
        )
),
judged as (
    select
        *,
        coalesce(
            weeks >= $least_weeks
            and usual >= case when partner_id is null then $least_records else $least_partner_records end
            and record_count <= $share * usual,
            false
        ) as is_silent
    from compared
),
followed as (
    select *, lag(is_silent) over (partition by source, kind order by period_start, file_id) as was_silent from judged
)
select
    source || '@' || strftime(period_start, '%Y-%m-%dT%H:%M:%SZ') as subject_id,
    period_start as occurred_at,
    case when partner_id is not null then 'partner_outage' end as root_cause,
    {'records': usual::bigint} as expected,
    {'records': record_count} as actual,
    [{
        'key': file_id, 'period_end': period_end, 'period_start': period_start, 'sequence': sequence, 'source': source,
        'stream': 'usage_files', 'weeks': weeks
    }] as rows,
    source as scope
from followed
where is_silent and not coalesce(was_silent, false)
