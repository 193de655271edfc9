/*+++
id = "allowance_overdrawn"
title = "Allowance overdrawn"
question = "Was usage free although nothing was left to make it so?"
fault = "allowance_overdrawn"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line of which more is free than was left"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "the counter of the allowance was set back within the cycle",
  "each subscription has what the account should share",
  "sessions drew in another order",
]
corrections = [
  "rate the cycle of the account again in order",
]
source = "Catalogue R08; rating.md 8, 15"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "a call free after the last included minute"
expect = """
subject_id | amount
C1 | 0.36
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
charge_id | fault | root_cause | amount | billed_amount | expected_amount | billed_free_quantity | expected_free_quantity
C1 | allowance_overdrawn | rating_config | 0.36 | 0 | 0.36 | 120 | 0
"""

[[example]]
name = "charged nothing, and not as free"
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
charge_id | fault | root_cause | amount | billed_free_quantity | expected_free_quantity
C1 | zero_rated | rating_config | 0.36 | 0 | 0
"""
+++*/
with wrong as (select * from line_faults where fault = 'allowance_overdrawn')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    amount,
    cycle,
    root_cause,
    {'amount': expected_amount::varchar, 'free_quantity': expected_free_quantity} as expected,
    {'amount': billed_amount::varchar, 'free_quantity': billed_free_quantity} as actual,
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
