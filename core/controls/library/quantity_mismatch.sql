/*+++
id = "quantity_mismatch"
title = "Quantity differs"
question = "Is every quantity billed the one that the network measured?"
fault = "quantity_mismatch"
dimension = "consistency"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line whose quantity no rounding of what was measured leads to"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "mediation added parts of a session twice, or lost one",
  "a unit was taken for another",
  "a quantity was changed on its way to billing",
]
corrections = [
  "correct the quantity at its source and rate the lines again",
]
source = "Catalogue U02, U03; rating.md 3"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "twice the seconds that were measured"
expect = """
subject_id | amount | root_cause
C1 | -0.30 | mediation_config
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
C1 | quantity_mismatch | mediation_config | -0.30 | 0.60 | 0.30 | 240 | 120
"""

[[example]]
name = "a quantity rounded by another increment"
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
C1 | wrong_rounding | rounding_config | -0.30 | 180 | 121
"""
+++*/
with wrong as (select * from line_faults where fault = 'quantity_mismatch')
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
