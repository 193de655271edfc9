/*+++
id = "fee_zero_rated"
title = "Fee of 0"
question = "Is nothing charged 0 that costs something?"
fault = "zero_rated"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each fee or one-off of 0 where an amount is due"
span = "account"
unit = "fees and one-offs"
root_cause = "rating_config"
action = "rerate_charge"
causes = [
  "a price is missing in billing, and 0 stands in for it",
]
corrections = [
  "correct the line by what is due",
]
source = "Catalogue R03, B04; rating.md 12, 19 (a fee of 0 may be left out)"
eligible = """
select count(*) from charges where kind in ('recurring', 'one_off') and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "a fee of 0"
expect = """
subject_id | amount
C1         | 20
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
fault      | state     | kind      | charge_id | expected_amount | difference
zero_rated | different | recurring | C1        | 20              | 20
"""

[[example]]
name = "a fee too low is not one of 0"
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
wrong_rate | different | recurring | C1        | 2
"""
+++*/
with wrong as (select * from bill_differences where fault = 'zero_rated')
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
