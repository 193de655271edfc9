/*+++
id = "wrong_fee"
title = "Fee differs from its price"
question = "Is every fee, one-off and minimum what the plan or the product costs?"
fault = "wrong_rate"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each line whose amount is not the price of what it is for"
span = "account"
unit = "fees and one-offs"
root_cause = "rating_table_stale"
action = "rerate_charge"
causes = [
  "billing holds an old price",
  "a fee was keyed in by hand",
  "the minimum was raised to the wrong sum",
]
corrections = [
  "correct the line by the difference, and the price in billing",
]
source = "Catalogue R01, R05, B06; rating.md 12, 14"
eligible = """
select count(*) from charges where kind in ('recurring', 'one_off') and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "a product at last year's price"
expect = """
subject_id | amount
C1         | 1.5
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
fault      | state     | kind    | charge_id | product_id | billed_amount | expected_amount | difference
wrong_rate | different | one_off | C1        | PD1        | 8.5           | 10              | 1.5
"""

[[example]]
name = "a fee of another plan is wrong_plan, one of 0 zero_rated"
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
wrong_plan | different | recurring | C1        | 15
zero_rated | different | recurring | C2        | 20
"""
+++*/
with wrong as (select * from bill_differences where fault = 'wrong_rate')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    coalesce(rated_at, period_start) as occurred_at,
    difference as amount,
    cycle,
    {'amount': expected_amount::varchar, 'product_id': product_id} as expected,
    {'amount': billed_amount::varchar, 'product_id': product_id} as actual,
    [{'amount': billed_amount::varchar, 'key': charge_id, 'stream': 'charges'}] as rows
from wrong
