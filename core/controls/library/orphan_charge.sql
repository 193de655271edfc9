/*+++
id = "orphan_charge"
title = "Charge without usage"
question = "Is there a record of usage behind every usage line?"
fault = "orphan_charge"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records"]
consults = ["usage_events"]
grain = "one row for each usage line whose record does not exist, or that names none"
span = "account"
unit = "usage lines of usage since the data starts"
root_cause = "bill_run_error"
action = "remove_charge"
causes = [
  "the line was keyed in by hand",
  "the record was withdrawn after it had been rated",
  "a line of another operator's test was loaded",
]
corrections = ["take the line off the bill, or find its usage"]
source = "Catalogue U03, S08; rating.md 18: an estimate and a correction stand for no record"
eligible = """
select count(*)
from charges
cross join dataset
where kind = 'usage' and not estimated and corrects is null and period_start >= starts_at
    and exists (select 1 from mediation_records)
"""

[[example]]
name = "a line of a record that does not exist, and a line of none: each is taken off in full"
expect = """
subject_id | account_id | amount
C1         | A1         | -2.50
C2         | A1         | -1
"""
[example.given]
mediation_records = """
record_id
R3
"""
charges = """
charge_id | record_id | account_id | kind  | amount
C1        | R9        | A1         | usage | 2.50
C2        |           | A1         | usage | 1
C3        | R3        | A1         | usage | 4
"""

[[example]]
name = "half of it has been given back: the rest is still due"
expect = """
subject_id | amount
C1         | -1.50
"""
[example.given]
mediation_records = """
record_id
R3
"""
charges = """
charge_id | record_id | account_id | kind       | amount | corrects
C1        | R9        | A1         | usage      | 2.50   |
C5        |           | A1         | adjustment | -1     | C1
"""

[[example]]
name = "the usage is there, only its record is not: that is event_not_mediated; a copy of a line of other usage is an orphan"
expect = """
subject_id
C3
"""
[example.given]
mediation_records = """
record_id | event_id
R2        | E2
"""
usage_events = """
event_id | started_at
E1       | 2026-03-05T10:00:00Z
E2       | 2026-03-05T11:00:00Z
"""
event_context = """
event_id | subscription_id
E1       | S1
E2       | S1
"""
charges = """
charge_id | record_id | subscription_id | kind  | amount | period_start
C1        | R1        | S1              | usage | 2.50   | 2026-03-05T10:00:00Z
C2        | R2        | S1              | usage | 2.50   | 2026-03-05T11:00:00Z
C3        | R9        | S1              | usage | 2.50   | 2026-03-05T11:00:00Z
"""

[[example]]
name = "an estimate, its reversal, an adjustment, a line that was given back in full, and one from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
mediation_records = """
record_id
R3
"""
charges = """
charge_id | record_id | kind       | amount | estimated | corrects | period_start
C1        |           | usage      | 2.50   | true      |          | 2026-03-05T00:00:00Z
C2        |           | usage      | -2.50  | true      | C1       | 2026-03-05T00:00:00Z
C3        |           | adjustment | -1     | false     |          | 2026-03-05T00:00:00Z
C4        | R9        | usage      | 3      | false     |          | 2026-03-05T00:00:00Z
C5        |           | adjustment | -3     | false     | C4       | 2026-03-05T00:00:00Z
C6        | R8        | usage      | 3      | false     |          | 2026-02-05T00:00:00Z
C7        | R3        | usage      | 3      | false     |          | 2026-03-05T00:00:00Z
"""
+++*/
with settings as (select starts_at, timezone from dataset),
records as (select record_id, event_id from mediation_records),
cycles as (select record_id, charge_id, cycle, twin_id from usage_differences),
lines as (select * from charges where kind = 'usage' and not estimated and corrects is null),
unfounded as (
    select lines.*
    from lines
    cross join settings
    anti join records using (record_id)
    where lines.period_start >= settings.starts_at
),
unmediated as (
    select event_id, started_at
    from usage_events
    anti join records using (event_id)
    where started_at in (select period_start from unfounded)
),
lost as (
    select unmediated.started_at as period_start, owners.subscription_id
    from unmediated
    join event_context_of('unmediated') as owners using (event_id)
),
corrections as (
    select corrects as charge_id, sum(amount) as corrected
    from charges
    where corrects in (select charge_id from unfounded)
    group by corrects
),
remaining as (
    select unfounded.*, cycles.cycle, (-unfounded.amount - coalesce(corrected, 0))::decimal(18, 6) as remainder, corrected is not null as is_corrected
    from unfounded
    left join corrections using (charge_id)
    left join cycles using (charge_id)
    anti join lost on lost.period_start = unfounded.period_start and lost.subscription_id = unfounded.subscription_id
    where cycles.twin_id is null
)
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    remainder as amount,
    cycle,
    {'amount': '0.000000', 'records': 0} as expected,
    {'amount': amount::varchar, 'records': 0} as actual,
    [{'created_by': created_by, 'key': charge_id, 'record_id': record_id, 'stream': 'charges'}] as rows
from remaining
where not is_corrected or abs(remainder) >= 0.01
