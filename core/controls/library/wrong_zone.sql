/*+++
id = "wrong_zone"
title = "Wrong zone"
question = "Was every usage line priced for the place it was made in and went to?"
fault = "wrong_zone"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line priced for another destination or roaming zone"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "a number range or a network is in the wrong zone of the rating table",
  "mediation set the zone itself, from an old table",
  "a border call was taken for roaming",
]
corrections = [
  "correct the zone table and rate the lines again",
]
source = "Catalogue R01, R09, R10; rating.md 4, 5"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "a national call at the price of a call abroad"
expect = """
subject_id | account_id | amount
C1 | A1 | -0.44
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
charge_id | fault | root_cause | account_id | amount | billed_amount | expected_amount | billed_tariff_id | expected_tariff_id
C1 | wrong_zone | rating_config | A1 | -0.44 | 0.59 | 0.15 | T2 | T1
"""

[[example]]
name = "another time band of the right zone"
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
charge_id | fault | root_cause | amount
C1 | wrong_time_band | timezone_config | 0.06
"""
+++*/
with wrong as (select * from line_faults where fault = 'wrong_zone')
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
