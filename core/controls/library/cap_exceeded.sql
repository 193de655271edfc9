/*+++
id = "cap_exceeded"
title = "Roaming cap exceeded"
question = "Did charged roaming data stop at the cap of the plan where nobody consented to more?"
fault = "cap_exceeded"
dimension = "accuracy"
area = "rating and billing"
kind = "threshold"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs", "plans"]
grain = "one row for each roaming data line past the cap without consent"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "issue_credit"
causes = [
  "the counter of roaming spend lags behind",
  "the cap of the plan is not set in billing",
  "a consent was withdrawn and still counted",
]
corrections = [
  "credit what went past the cap",
]
source = "Catalogue R11; rating.md 11"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null and service = 'data'
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
    and exists (select 1 from plans where roaming_cap is not null)
"""

[[example]]
name = "the line that reaches the cap was not cut"
expect = """
subject_id | amount
C1 | -12.50
"""
[example.given]
charges = """
charge_id | kind  | record_id | service
C1        | usage | R1        | data
"""
mediation_records = """
record_id | event_id
R1        | E1
"""
tariffs = """
tariff_id
T1
"""
plans = """
plan_id | roaming_cap
P1      | 60
"""
line_faults = """
charge_id | fault | root_cause | amount | billed_amount | expected_amount
C1 | cap_exceeded | rating_config | -12.50 | 20 | 7.50
"""

[[example]]
name = "a roaming line priced for another zone"
expect = ""
[example.given]
charges = """
charge_id | kind  | record_id | service
C1        | usage | R1        | data
"""
mediation_records = """
record_id | event_id
R1        | E1
"""
tariffs = """
tariff_id
T1
"""
plans = """
plan_id | roaming_cap
P1      | 60
"""
line_faults = """
charge_id | fault | root_cause | amount | billed_amount | expected_amount
C1 | wrong_zone | rating_config | -12.50 | 20 | 7.50
"""
+++*/
with wrong as (select * from line_faults where fault = 'cap_exceeded')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    amount,
    cycle,
    root_cause,
    {'amount': expected_amount::varchar} as expected,
    {'amount': billed_amount::varchar} as actual,
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
