/*+++
id = "row_rejected"
title = "Row rejected"
question = "Could every row that was handed over be read?"
fault = "row_rejected"
dimension = "integrity"
area = "network and usage"
kind = "threshold"
mode = "preventive"
severity = "medium"
owner = "data operations"
grain = "one row for each row, or whole file, in quarantine"
span = "whole"
unit = "streams to read"
root_cause = "data_entry"
action = "recycle_records"
causes = [
  "the extract writes a value that the contract does not allow",
  "a file was cut off or damaged on its way",
  "the same key came again with other content",
]
corrections = ["correct the row at its source and hand it over again"]
source = "contract faults.yaml; streams.yaml (types, ranges, repeats); catalogue U05, U10, U11"
eligible = "select count(*) from present_streams"

[params.longest_value]
default = 200
unit = "characters"
means = "a rejected value is kept in the evidence up to here"

[[example]]
name = "a row with two bad values is one finding, a file that cannot be read is another"
expect = """
subject_id    | stream       | occurred_at          | amount
day-1.csv#17  | usage_events | 2026-04-01T00:00:00Z | 0
day-2.csv#0   | usage_events | 2026-04-01T00:00:00Z | 0
"""
[example.given]
usage_events = ""
quarantine = """
stream       | file      | row | column     | value | reason         | remedy         | quarantined_at
usage_events | day-1.csv | 17  | duration_s | -5    | is negative    | correct it     | 2026-03-02T10:00:00Z
usage_events | day-1.csv | 17  | direction  | up    | is not mo, mt  | correct it     | 2026-03-02T10:00:00Z
usage_events | day-2.csv | 0   |            |       | ends too early | send it again  | 2026-03-02T11:00:00Z
"""

[[example]]
name = "the same row number in another stream is another row; both are lacking now, whenever they were taken in"
expect = """
subject_id   | stream       | occurred_at
part-1.csv#1 | usage_events | 2026-04-01T00:00:00Z
part-1.csv#1 | charges      | 2026-04-01T00:00:00Z
"""
[example.given]
usage_events = ""
quarantine = """
stream       | file       | row | column     | value | reason      | remedy     | quarantined_at
usage_events | part-1.csv | 1   | duration_s | -5    | is negative | correct it | 2026-05-02T10:00:00Z
charges      | part-1.csv | 1   | amount     | ten   | is no money | correct it | 2026-03-02T10:00:00Z
"""

[[example]]
name = "nothing in quarantine"
expect = ""
[example.given]
usage_events = """
event_id
E1
"""
+++*/
with settings as (select as_of from dataset),
rejected as (select * from quarantine)
select
    rejected.stream,
    rejected.file || '#' || rejected.row as subject_id,
    any_value(settings.as_of) as occurred_at,
    {'value': string_agg(distinct rejected.remedy, '; ' order by rejected.remedy)} as expected,
    {'value': string_agg(
        concat_ws(' ', rejected.column, rejected.reason), '; ' order by rejected.column, rejected.reason
    )} as actual,
    list({
        'column': rejected.column, 'file': rejected.file, 'key': rejected.file || '#' || rejected.row,
        'reason': rejected.reason, 'remedy': rejected.remedy, 'row': rejected.row, 'stream': rejected.stream,
        'value': left(rejected.value, $longest_value)
    } order by rejected.column, rejected.reason, rejected.value) as rows,
    rejected.stream || '/' || rejected.file as scope
from rejected
cross join settings
group by rejected.stream, rejected.file, rejected.row
