/*+++
id = "fee_of_other_plan"
title = "Fee of another plan"
question = "Is every monthly fee that of the plan in force?"
fault = "wrong_plan"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each fee line that charges another plan's fee"
span = "account"
unit = "monthly fees of known plans"
root_cause = "plan_change_not_propagated"
action = "rerate_charge"
causes = [
  "a change of plan reached CRM and not billing, or too late",
  "the fee table holds another plan's fee",
]
corrections = [
  "correct the plan in billing and the line by the difference",
]
source = "Catalogue S05, R05; rating.md 12"
eligible = """
select count(*) from charges where kind = 'recurring' and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "the former plan's fee after a change"
expect = """
subject_id | amount
C1         | 15
"""
[example.given]
subscriptions = """
subscription_id | plan_id
S1              | P1
"""
plans = """
plan_id | monthly_fee
P1      | 20
P2      | 35
"""
charges = """
charge_id | kind      | subscription_id
C1        | recurring | S1
"""
bill_differences = """
fault      | state     | kind      | charge_id | billed_plan_id | expected_plan_id | billed_amount | expected_amount | difference
wrong_plan | different | recurring | C1        | P1             | P2               | 20            | 35              | 15
"""

[[example]]
name = "the right plan for the wrong days is wrong_proration"
expect = ""
[example.given]
subscriptions = """
subscription_id | plan_id
S1              | P1
"""
plans = """
plan_id | monthly_fee
P1      | 20
P2      | 35
"""
charges = """
charge_id | kind      | subscription_id
C1        | recurring | S1
"""
bill_differences = """
fault           | state     | kind      | charge_id | difference
wrong_proration | different | recurring | C1        | -10
"""
+++*/
with wrong as (select * from bill_differences where fault = 'wrong_plan')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    coalesce(rated_at, period_start) as occurred_at,
    difference as amount,
    cycle,
    {'amount': expected_amount::varchar, 'plan_id': expected_plan_id} as expected,
    {'amount': billed_amount::varchar, 'plan_id': billed_plan_id} as actual,
    [{'amount': billed_amount::varchar, 'key': charge_id, 'stream': 'charges'}] as rows
from wrong
