/*+++
id = "wrong_plan"
title = "Wrong plan"
question = "Was every usage line priced on the plan that the customer had at that time?"
fault = "wrong_plan"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "mediation_records", "tariffs"]
consults = ["subscriptions", "provisioning"]
grain = "one row for each usage line priced on another plan than the one in force"
span = "account"
unit = "usage lines that can be priced again"
root_cause = "plan_change_not_propagated"
action = "rerate_charge"
causes = [
  "a change of plan did not reach billing, or reached it late",
  "provisioning holds another plan than CRM",
]
corrections = [
  "correct the plan in billing and rate the lines again",
]
source = "Catalogue S05, R01; rating.md 1"
eligible = """
select count(*)
from charges
where kind = 'usage' and not estimated and corrects is null and record_id is not null
    and exists (select 1 from mediation_records) and exists (select 1 from tariffs)
"""

[[example]]
name = "provisioning holds the plan that was charged: where that is found, the line follows from it"
expect = """
subject_id | caused_by_fault | caused_by_subject
C1 | plan_mismatch | S1
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
subscriptions = """
subscription_id | imsi | plan_id
S1              | I1   | P1
"""
provisioning = """
imsi | plan_id
I1   | P2
"""
line_faults = """
charge_id | fault | root_cause | amount | subscription_id | billed_plan_id | expected_plan_id
C1 | wrong_plan | provisioning_error | 0.20 | S1 | P2 | P1
"""

[[example]]
name = "a call after the change of plan, at the price of the old one"
expect = """
subject_id | amount | root_cause
C1 | 0.04 | plan_change_not_propagated
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
charge_id | fault | root_cause | amount | billed_amount | expected_amount | billed_plan_id | expected_plan_id
C1 | wrong_plan | plan_change_not_propagated | 0.04 | 0.05 | 0.09 | P2 | P1
"""

[[example]]
name = "the right plan, and its old price"
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
charge_id | fault | root_cause | amount | billed_plan_id | expected_plan_id
C1 | wrong_rate | rating_table_stale | 0.04 | P1 | P1
"""
+++*/
with wrong as (select * from line_faults where fault = 'wrong_plan'),
held as (select subscription_id, imsi, valid_from, valid_to from subscriptions),
switched_on as (
    select distinct wrong.charge_id
    from wrong
    join held using (subscription_id)
    join provisioning using (imsi)
    where provisioning.plan_id = wrong.billed_plan_id
        and wrong.period_start >= held.valid_from and (held.valid_to is null or wrong.period_start < held.valid_to)
        and wrong.period_start >= active_from and (active_to is null or wrong.period_start < active_to)
)
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    period_start as occurred_at,
    amount,
    cycle,
    root_cause,
    {'amount': expected_amount::varchar, 'plan_id': expected_plan_id, 'tariff_id': expected_tariff_id} as expected,
    {'amount': billed_amount::varchar, 'plan_id': billed_plan_id, 'tariff_id': billed_tariff_id} as actual,
    list_filter(
        [
            {'key': charge_id, 'steps': steps, 'stream': 'charges'},
            {'key': record_id, 'steps': null, 'stream': 'mediation_records'},
            {'key': event_id, 'steps': null, 'stream': 'usage_events'},
            {'key': expected_tariff_id, 'steps': null, 'stream': 'tariffs'}
        ],
        lambda row: row.key is not null
    ) as rows,
    case
        when conflict_id is not null then 'tariff_conflict'
        when charge_id in (select charge_id from switched_on) then 'plan_mismatch'
    end as caused_by_fault,
    case
        when conflict_id is not null then conflict_id
        when charge_id in (select charge_id from switched_on) then subscription_id
    end as caused_by_subject
from wrong
