/*+++
id = "zero_rated"
title = "Charged nothing"
question = "Was usage that costs something charged 0?"
fault = "zero_rated"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line of 0 that is neither free nor on a free price"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "a default price of 0 took the place of a missing one",
  "a test price was left in the table",
]
corrections = [
  "correct the price and rate the lines again",
]
source = "Catalogue R03; rating.md 10"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "two minutes that should have cost 0.18"
expect = """
subject_id | amount
C1 | 0.18
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
charge_id | fault | root_cause | amount | billed_amount | expected_amount
C1 | zero_rated | rating_config | 0.18 | 0 | 0.18
"""

[[example]]
name = "free because an allowance was overdrawn"
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
C1 | allowance_overdrawn | rating_config | 0.18 | 0 | 0.18
"""
+++*/
with wrong as (select * from line_faults where fault = 'zero_rated')
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
