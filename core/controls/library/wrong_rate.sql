/*+++
id = "wrong_rate"
title = "Wrong rate"
question = "Was every usage line priced at the rate of the tariff in force?"
fault = "wrong_rate"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line whose price per unit is another than the tariff in force has"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "a new version of the price list was loaded late, or not at all",
  "a rate was keyed in by hand",
  "a discount was taken off the rate",
]
corrections = [
  "correct the price table and rate the lines again",
  "charge or credit the difference",
]
source = "Catalogue R01, R05; rating.md 5, 10; what the line names is priced again, a difference without any other reason is the rate"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "the price list has a gap there: that is what the line follows from"
expect = """
subject_id | caused_by_fault | caused_by_subject
C1 | tariff_conflict | T0
"""
[example.given]
charges = """
charge_id | kind  | record_id
C1        | usage | R1
"""
mediation_records = """
record_id | event_id
R1        | E1
"""
tariffs = """
tariff_id
T1
"""
line_faults = """
charge_id | fault | root_cause | amount | billed_tariff_id | expected_tariff_id | conflict_id
C1 | wrong_rate | rating_config | 0.20 | T0 | T1 | T0
"""

[[example]]
name = "the rate of a price list that has run out"
expect = """
subject_id | amount | root_cause
C1 | 0.20 | rating_table_stale
"""
[example.given]
charges = """
charge_id | kind  | record_id
C1        | usage | R1
"""
mediation_records = """
record_id | event_id
R1        | E1
"""
tariffs = """
tariff_id
T1
"""
line_faults = """
charge_id | fault | root_cause | amount | billed_amount | expected_amount | billed_tariff_id | expected_tariff_id | record_id
C1 | wrong_rate | rating_table_stale | 0.20 | 1.00 | 1.20 | T0 | T1 | R1
"""

[[example]]
name = "a line priced for another zone is not priced at a wrong rate"
expect = ""
[example.given]
charges = """
charge_id | kind  | record_id
C1        | usage | R1
"""
mediation_records = """
record_id | event_id
R1        | E1
"""
tariffs = """
tariff_id
T1
"""
line_faults = """
charge_id | fault | root_cause | amount | billed_amount | expected_amount
C1 | wrong_zone | rating_config | 0.20 | 1.00 | 1.20
"""
+++*/
with wrong as (select * from line_faults where fault = 'wrong_rate')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    amount,
    cycle,
    root_cause,
    {'amount': expected_amount::varchar, 'tariff_id': expected_tariff_id} as expected,
    {'amount': billed_amount::varchar, 'tariff_id': billed_tariff_id} as actual,
    list_filter(
        [
            {'key': charge_id, 'steps': steps, 'stream': 'charges'},
            {'key': record_id, 'steps': null, 'stream': 'mediation_records'},
            {'key': event_id, 'steps': null, 'stream': 'usage_events'},
            {'key': expected_tariff_id, 'steps': null, 'stream': 'tariffs'}
        ],
        lambda row: row.key is not null
    ) as rows,
    if(conflict_id is null, null, 'tariff_conflict') as caused_by_fault,
    conflict_id as caused_by_subject
from wrong
