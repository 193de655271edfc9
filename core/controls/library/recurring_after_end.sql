/*+++
id = "recurring_after_end"
title = "Fee after the end"
question = "Does nobody pay a monthly fee for a plan or a product that had ended before?"
fault = "recurring_after_end"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each fee line of a cycle in which what it is for had ended"
span = "account"
unit = "monthly fees of known plans"
root_cause = "bill_run_error"
action = "remove_charge"
causes = [
  "the end never reached billing",
  "a product outlived its plan in billing",
  "the former plan's fee goes on beside the new one's",
]
corrections = [
  "take the line back, and end the fee in billing",
]
source = "Catalogue B04, S02; rating.md 12"
eligible = """
select count(*) from charges where kind = 'recurring' and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "a fee in the cycle after the end"
expect = """
subject_id | amount | occurred_at
C1         | -20    | 2026-02-28T23:10:00Z
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
fault               | state | kind      | charge_id | billed_amount | difference | rated_at
recurring_after_end | extra | recurring | C1        | 20            | -20        | 2026-02-28T23:10:00Z
"""

[[example]]
name = "a fee charged twice while the plan lasts is duplicate_charge"
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
C2        | recurring | S1
"""
bill_differences = """
fault            | state | kind      | charge_id | twin_id | difference
duplicate_charge | extra | recurring | C2        | C1      | -20
"""
+++*/
with wrong as (select * from bill_differences where fault = 'recurring_after_end')
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
