/*+++
id = "wrong_time_band"
title = "Wrong time band"
question = "Was every usage line priced in the time band it was made in?"
fault = "wrong_time_band"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
grain = "one row for each usage line priced as if it had been made at another time"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "timezone_config"
action = "rerate_charge"
causes = [
  "the rating system takes UTC for local time",
  "a change of the clock was missed by an hour",
  "the holiday calendar is not loaded",
  "the clock of a network element drifts",
]
corrections = [
  "correct the time zone or the calendar and rate the lines again",
]
source = "Catalogue U10, R06; rating.md 5, 6"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "an evening call at the price of the day"
expect = """
subject_id | amount | root_cause
C1 | -0.06 | timezone_config
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
charge_id | fault | root_cause | amount | billed_amount | expected_amount | billed_tariff_id | expected_tariff_id
C1 | wrong_time_band | timezone_config | -0.06 | 0.12 | 0.06 | T1 | T2
"""

[[example]]
name = "another version of the same band"
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
C1 | wrong_rate | rating_table_stale | 0.06
"""
+++*/
with wrong as (select * from line_faults where fault = 'wrong_time_band')
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
