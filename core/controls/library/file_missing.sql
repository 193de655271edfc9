/*+++
id = "file_missing"
title = "Usage file missing"
question = "Does a number lack in a source's sequence of usage files?"
fault = "file_missing"
dimension = "completeness"
area = "network and usage"
kind = "threshold"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_files"]
grain = "one row for each missing number of a source; for a gap longer than longest_gap, its first number only"
span = "whole"
unit = "numbered usage files"
root_cause = "partner_outage"
action = "request_partner_file"
causes = [
  "a transfer failed and was not tried again",
  "the element or the partner lost the file",
  "a file was taken out of the inbox before it was read",
]
corrections = ["ask the source to send the file again"]
source = "Catalogue U04, T04; TAP FileSequenceNumber: 00001 to 99999, then 1 again, test files in a series of their own"
eligible = """
select count(*)
from usage_files
cross join dataset
where usage_files.kind <> 'test'
    and usage_files.period_end >= dataset.starts_at
"""

[params.highest_number]
default = 99999
unit = "sequence number"
means = "after it a partner's numbers begin again at 1; a series that goes beyond it has no such turn"

[params.longest_gap]
default = 1000
unit = "files"
means = "a longer gap is taken for a wrong number and reported once, with its length"

[[example]]
name = "one number lacks"
expect = """
subject_id | occurred_at          | scope  | root_cause     | account_id
msc-01#8   | 2026-03-02T00:00:00Z | msc-01 | element_outage |
"""
[example.given]
usage_files = """
file_id | source | sequence | period_start         | period_end
F7      | msc-01 | 7        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F9      | msc-01 | 9        | 2026-03-03T00:00:00Z | 2026-03-04T00:00:00Z
G8      | msc-02 | 8        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
"""

[[example]]
name = "two numbers lack where a partner's series begins again, one of them on each side"
expect = """
subject_id      | root_cause
tap:FRAF1#99999 | partner_outage
tap:FRAF1#1     | partner_outage
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | sequence | period_start         | period_end
F1      | tap:FRAF1 | FRAF1      | tap  | 99997    | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F2      | tap:FRAF1 | FRAF1      | tap  | 99998    | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
F5      | tap:FRAF1 | FRAF1      | tap  | 2        | 2026-03-05T00:00:00Z | 2026-03-06T00:00:00Z
F6      | tap:FRAF1 | FRAF1      | tap  | 3        | 2026-03-06T00:00:00Z | 2026-03-07T00:00:00Z
"""

[[example]]
name = "an absurd number is one finding, not a million"
expect = """
subject_id
msc-01#8
"""
[example.given]
usage_files = """
file_id | source | sequence            | period_start         | period_end
F7      | msc-01 | 7                   | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F8      | msc-01 | 1152921504606846976 | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
"""

[[example]]
name = "a file announced, one rejected and resent, and the turn from 99999 to 1"
expect = ""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | sequence | status    | period_start         | period_end
F1      | tap:FRAF1 | FRAF1      | tap  | 99998    | rejected  | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F2      | tap:FRAF1 | FRAF1      | tap  | 99999    | accepted  | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
F3      | tap:FRAF1 | FRAF1      | tap  | 1        | announced | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
F4      | tap:FRAF1 | FRAF1      | tap  | 2        | accepted  | 2026-03-03T00:00:00Z | 2026-03-04T00:00:00Z
"""

[[example]]
name = "kinds that number apart, kinds that share one series, test files, and a gap from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source    | kind    | sequence | period_start         | period_end
A1      | tap:FRAF1 | tap     | 11       | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
A2      | tap:FRAF1 | tap     | 12       | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
A3      | tap:FRAF1 | nrtrde  | 501      | 2026-03-01T00:00:00Z | 2026-03-01T04:00:00Z
A4      | tap:FRAF1 | nrtrde  | 502      | 2026-03-01T04:00:00Z | 2026-03-01T08:00:00Z
B1      | tap:ESPTE | tap     | 1        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
B2      | tap:ESPTE | nrtrde  | 2        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
B3      | tap:ESPTE | tap     | 3        | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
C1      | msc-01    | test    | 1        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
C2      | msc-01    | test    | 9        | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
D1      | pgw-01    | element | 50       | 2026-02-01T00:00:00Z | 2026-02-02T00:00:00Z
D2      | pgw-01    | element | 99       | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
"""
+++*/
with settings as (select starts_at from dataset),
files as (select * from usage_files where kind <> 'test'),
series as (
    select
        source,
        kind,
        (kind <> 'element' or bool_or(partner_id is not null)) and max(sequence) <= $highest_number as begins_again
    from files
    group by source, kind
),
steps as (
    select
        files.*,
        series.begins_again,
        files.sequence - lag(files.sequence) over (
            partition by source, kind
            order by files.period_start, files.created_at, files.sequence, files.file_id
        ) as step
    from files
    join series using (source, kind)
),
placed as (
    select
        *,
        sequence + $highest_number * coalesce(sum(
            case when not begins_again then 0 when 2 * step < -$highest_number then 1 when 2 * step > $highest_number then -1 end
        ) over (
            partition by source, kind
            order by period_start, created_at, sequence, file_id
        ), 0) as place
    from steps
),
distinct_places as (
    select
        source, kind, place,
        any_value(begins_again) as begins_again,
        min(sequence) as sequence,
        max(period_end) as period_end,
        min(file_id) as file_id,
        max(partner_id) as partner_id
    from placed
    group by source, kind, place
),
neighbours as (
    select
        *,
        lead(place) over (partition by source, kind order by place) as next_place,
        lead(file_id) over (partition by source, kind order by place) as next_file_id,
        lead(sequence) over (partition by source, kind order by place) as next_sequence
    from distinct_places
),
gaps as (
    select neighbours.*, next_place - place - 1 as gap
    from neighbours
    cross join settings
    where next_place - place > 1 and period_end >= settings.starts_at
),
missing as (
    select
        gaps.*,
        case when begins_again then (place + number - 1) % $highest_number + 1 else place + number end as missing_sequence
    from gaps
    cross join lateral (
        select unnest(generate_series(1, case when gap > $longest_gap then 1 else gap::bigint end)) as number
    ) as numbers
),
nowhere as (
    select missing.*
    from missing
    anti join files as other
        on other.source = missing.source
        and other.sequence = missing.missing_sequence
        and other.kind <> missing.kind
)
select
    source || '#' || missing_sequence as subject_id,
    period_end as occurred_at,
    case when partner_id is null then 'element_outage' end as root_cause,
    {'gap': 0::bigint, 'sequence': missing_sequence::bigint} as expected,
    {'gap': gap::bigint, 'sequence': null::bigint} as actual,
    [
        {'key': file_id, 'position': 'before', 'sequence': sequence, 'stream': 'usage_files'},
        {'key': next_file_id, 'position': 'after', 'sequence': next_sequence, 'stream': 'usage_files'}
    ] as rows,
    source as scope
from nowhere
