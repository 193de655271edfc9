/*+++
id = "wrong_proration"
title = "Fee for the wrong days"
question = "Does every monthly fee pay for the days on the plan, by the local calendar?"
fault = "wrong_proration"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each fee line that pays for other days than the subscription was on the plan"
span = "account"
unit = "monthly fees of known plans"
root_cause = "bill_run_error"
action = "rerate_charge"
causes = [
  "a plan change or an end was prorated from the wrong date",
  "days were counted in another time zone, or in hours over a clock change",
  "a fee that is never prorated was",
]
corrections = [
  "correct the line by the difference",
]
source = "Catalogue B05; rating.md 12 (local days on the plan / days in the cycle, half-up to 2 decimals)"
eligible = """
select count(*) from charges where kind = 'recurring' and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "a whole fee for half a month"
expect = """
subject_id | account_id | amount | cycle      | currency
C1         | A1         | -10    | 2026-01-01 | EUR
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
fault           | state     | kind      | charge_id | account_id | subscription_id | cycle      | billed_amount | expected_amount | difference
wrong_proration | different | recurring | C1        | A1         | S1              | 2026-01-01 | 20            | 10              | -10
"""

[[example]]
name = "the fee of another plan is wrong_plan"
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
fault      | state     | kind      | charge_id | difference
wrong_plan | different | recurring | C1        | -15
"""
+++*/
with wrong as (select * from bill_differences where fault = 'wrong_proration')
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
