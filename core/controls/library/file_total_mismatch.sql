/*+++
id = "file_total_mismatch"
title = "Partner file does not add up"
question = "Is a partner file's declared total the sum of its records' wholesale charges?"
fault = "file_total_mismatch"
dimension = "integrity"
area = "partner"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "partner settlement"
reads = ["usage_files", "usage_events"]
grain = "one row for each partner file whose total its records do not explain"
span = "whole"
unit = "partner files with a total"
root_cause = "partner_pricing"
action = "dispute_wholesale"
causes = [
  "the partner's rating or its file writer is wrong",
  "the file was changed on its way",
]
corrections = [
  "dispute the file and settle on the sum of its records",
  "reject the file and ask for it again",
]
source = "Catalogue T04; TAP audit control: total charge of the batch"
eligible = """
with judged as (
    select file.file_id
    from usage_files as file
    cross join dataset
    where file.partner_id is not null
        and file.total_charge is not null
        and file.kind not in ('test', 'rap')
        and file.status in ('accepted', 'partial')
        and file.received_at <= dataset.as_of
        and file.period_start >= dataset.starts_at
),
unpriced as (
    select distinct file_id from usage_events semi join judged using (file_id) where wholesale_charge is null
)
select count(*) from judged anti join unpriced using (file_id)
"""

[[example]]
name = "a total a cent above the sum, in the partner's currency and without an amount on anybody's bill"
expect = """
subject_id | occurred_at          | amount | currency | account_id | scope
F1         | 2026-03-02T06:00:00Z | 0      | USD      |            | tap:USACG
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | status   | total_charge | currency | record_count | received_at
F1      | tap:USACG | USACG      | tap  | accepted | 3.01         | USD      | 2            | 2026-03-02T06:00:00Z
"""
usage_events = """
event_id | file_id | wholesale_charge
E1       | F1      | 1
E2       | F1      | 2
"""

[[example]]
name = "an empty file that declares a charge"
expect = """
subject_id
F1
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | status   | total_charge | currency | record_count | received_at
F1      | tap:USACG | USACG      | tap  | accepted | 3.01         | USD      | 0            | 2026-03-02T06:00:00Z
"""

[[example]]
name = "fewer records than declared whose charges already exceed the total"
expect = """
subject_id
F1
"""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | status   | total_charge | currency | record_count | received_at
F1      | tap:USACG | USACG      | tap  | accepted | 3            | USD      | 2            | 2026-03-02T06:00:00Z
"""
usage_events = """
event_id | file_id | wholesale_charge
E1       | F1      | 4
"""

[[example]]
name = "exact sums, an empty file of nothing, and differences that missing or surplus records explain"
expect = ""
[example.given]
usage_files = """
file_id | source    | partner_id | kind | status   | total_charge | currency | record_count | received_at
F1      | tap:USACG | USACG      | tap  | accepted | 0.3          | USD      | 2            | 2026-03-02T06:00:00Z
F2      | tap:USACG | USACG      | tap  | accepted | 0            | USD      | 0            | 2026-03-03T06:00:00Z
F3      | tap:USACG | USACG      | tap  | accepted | 0.3          | USD      | 2            | 2026-03-04T06:00:00Z
F4      | tap:USACG | USACG      | tap  | accepted | 0.3          | USD      | 1            | 2026-03-05T06:00:00Z
"""
usage_events = """
event_id | file_id | wholesale_charge
E1       | F1      | 0.1
E2       | F1      | 0.2
E3       | F3      | 0.2
E4       | F4      | 0.3
E5       | F4      | 0.3
"""

[[example]]
name = "a file with an unpriced record, a rejected one, one that has not come and an own element's are not judged"
expect = ""
[example.given]
usage_files = """
file_id | source    | partner_id | kind    | status    | total_charge | currency | record_count | received_at
F1      | tap:USACG | USACG      | tap     | accepted  | 9            | USD      | 2            | 2026-03-02T06:00:00Z
F2      | tap:USACG | USACG      | tap     | rejected  | 9            | USD      | 1            | 2026-03-03T06:00:00Z
F3      | tap:USACG | USACG      | tap     | announced | 9            | USD      | 1            |
F4      | msc-01    |            | element | accepted  | 9            |          | 0            | 2026-03-04T06:00:00Z
F5      | tap:USACG | USACG      | tap     | accepted  | 1            | USD      | 1            | 2026-03-05T06:00:00Z
"""
usage_events = """
event_id | file_id | wholesale_charge
E1       | F1      | 1
E2       | F1      |
E3       | F2      | 2
E5       | F5      | 1
"""
+++*/
with settings as (select as_of, starts_at from dataset),
files as (
    select usage_files.*
    from usage_files
    cross join settings
    where partner_id is not null
        and total_charge is not null
        and kind not in ('test', 'rap')
        and status in ('accepted', 'partial')
        and received_at <= settings.as_of
        and period_start >= settings.starts_at
),
sums as (
    select file_id, count(*) as events, count(wholesale_charge) as priced, sum(wholesale_charge) as charge
    from usage_events
    semi join files using (file_id)
    group by file_id
),
compared as (
    select
        files.*,
        coalesce(sums.events, 0) as events,
        coalesce(sums.priced, 0) as priced,
        coalesce(sums.charge, 0)::decimal(38, 6) as charge
    from files
    left join sums using (file_id)
)
select
    file_id as subject_id,
    received_at as occurred_at,
    0 as amount,
    currency,
    {'record_count': record_count, 'total_charge': charge::varchar} as expected,
    {'record_count': events, 'total_charge': total_charge::varchar} as actual,
    [{
        'currency': currency, 'key': file_id, 'sequence': sequence, 'source': source, 'stream': 'usage_files'
    }] as rows,
    source as scope
from compared
where priced = events
    and total_charge <> charge
    and not (events < record_count and charge < total_charge)
    and not (events > record_count and charge > total_charge)
