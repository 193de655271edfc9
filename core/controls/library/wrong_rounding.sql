/*+++
id = "wrong_rounding"
title = "Wrong rounding"
question = "Was every quantity rounded up by the increment and minimum of its tariff?"
fault = "wrong_rounding"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line whose quantity was rounded by another increment or minimum"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rounding_config"
action = "rerate_charge"
causes = [
  "the increment of the rating table is another than the price list has",
  "calls by the second are charged by the minute",
  "a session was rounded as a whole and not part by part",
]
corrections = [
  "correct the increment and rate the lines again; many small credits can go as one",
]
source = "Catalogue R07; rating.md 7"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "61 seconds charged as two minutes where the tariff counts seconds"
expect = """
subject_id | amount
C1 | -0.0885
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
charge_id | fault | root_cause | amount | billed_amount | expected_amount | billed_quantity | expected_quantity
C1 | wrong_rounding | rounding_config | -0.0885 | 0.18 | 0.0915 | 120 | 61
"""

[[example]]
name = "a quantity that no rounding leads to"
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
charge_id | fault | root_cause | amount | billed_quantity | expected_quantity
C1 | quantity_mismatch | rating_config | -0.30 | 322 | 61
"""
+++*/
with wrong as (select * from line_faults where fault = 'wrong_rounding')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    amount,
    cycle,
    root_cause,
    {'amount': expected_amount::varchar, 'quantity': expected_quantity} as expected,
    {'amount': billed_amount::varchar, 'quantity': billed_quantity} as actual,
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
