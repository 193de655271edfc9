/*+++
id = "duplicate_charge"
title = "Usage billed twice"
question = "Is every record on the bills once?"
fault = "duplicate_charge"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges"]
grain = "one row for each further usage line of a record that another line charges already"
span = "account"
unit = "usage lines of a record"
root_cause = "bill_run_error"
action = "remove_charge"
causes = [
  "a bill run or a load was started again after it had stopped",
  "the record came to rating twice",
]
corrections = ["take the second line off the bill"]
source = "Catalogue U06, B03; rating.md 18: what has been given back is no finding any more"
eligible = "select count(*) from charges where kind = 'usage' and not estimated and corrects is null and record_id is not null"

[[example]]
name = "the copy that was rated later is to be taken off"
expect = """
subject_id | account_id | amount
C2         | A1         | -2.50
"""
[example.given]
charges = """
charge_id | record_id | account_id | kind  | amount | rated_at
C1        | R1        | A1         | usage | 2.50   | 2026-03-05T10:00:00Z
C2        | R1        | A1         | usage | 2.50   | 2026-03-06T10:00:00Z
C3        | R3        | A1         | usage | 2.50   | 2026-03-05T10:00:00Z
"""

[[example]]
name = "pricing knows which copy is right: the other one is to be taken off, although it came first"
expect = """
subject_id | amount | cycle
C1         | -3     | 2026-03-01
"""
[example.given]
charges = """
charge_id | record_id | kind  | amount | rated_at
C1        | R1        | usage | 3      | 2026-03-05T10:00:00Z
C2        | R1        | usage | 2.50   | 2026-03-06T10:00:00Z
"""
usage_differences = """
charge_id | record_id | state | twin_id | billed_amount | difference | cycle
C1        | R1        | extra | C2      | 3             | -3         | 2026-03-01
"""

[[example]]
name = "a copy that was given back, an estimate and its reversal, two equal messages of two records"
expect = ""
[example.given]
charges = """
charge_id | record_id | kind       | amount | corrects | estimated | rated_at
C1        | R1        | usage      | 2.50   |          | false     | 2026-03-05T10:00:00Z
C2        | R1        | usage      | 2.50   |          | false     | 2026-03-06T10:00:00Z
C3        |           | adjustment | -2.50  | C2       | false     | 2026-03-07T10:00:00Z
C4        |           | usage      | 1      |          | true      | 2026-03-05T10:00:00Z
C5        |           | usage      | -1     | C4       | true      | 2026-03-08T10:00:00Z
C6        | R6        | usage      | 0.09   |          | false     | 2026-03-05T10:00:00Z
C7        | R7        | usage      | 0.09   |          | false     | 2026-03-05T10:00:00Z
"""
+++*/
with lines as (
    select * from charges where kind = 'usage' and not estimated and corrects is null and record_id is not null
),
crowded as (select hash(record_id) as record_hash from lines group by hash(record_id) having count(*) > 1),
known as (select charge_id, twin_id, cycle from usage_differences),
copies as (
    select lines.*, known.cycle,
        first_value(charge_id) over in_order as first_id,
        row_number() over in_order as copy_no
    from lines
    left join known using (charge_id)
    where hash(record_id) in (select record_hash from crowded)
    window in_order as (
        partition by record_id order by twin_id is not null, rated_at, length(charge_id), charge_id
    )
),
corrections as (
    select corrects as charge_id, sum(amount) as corrected
    from charges
    where corrects in (select charge_id from copies)
    group by corrects
),
remaining as (
    select copies.*, (-amount - coalesce(corrected, 0))::decimal(18, 6) as remainder, corrected is not null as is_corrected
    from copies
    left join corrections using (charge_id)
    where copy_no > 1
)
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    rated_at as occurred_at,
    remainder as amount,
    cycle,
    {'amount': '0.000000', 'lines': 1} as expected,
    {'amount': amount::varchar, 'lines': copy_no} as actual,
    [
        {'key': charge_id, 'record_id': record_id, 'stream': 'charges'},
        {'key': first_id, 'record_id': record_id, 'stream': 'charges'}
    ] as rows
from remaining
where not is_corrected or abs(remainder) >= 0.01
