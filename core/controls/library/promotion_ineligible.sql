/*+++
id = "promotion_ineligible"
title = "Discount without a right to it"
question = "Does every discount belong to a customer and a plan that qualify for it?"
fault = "promotion_ineligible"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "promotions", "promotion_grants"]
grain = "one row for each discount without a grant, before its grant, or on a plan that is not eligible"
span = "account"
unit = "discounts"
root_cause = "promotion_config"
action = "remove_charge"
causes = [
  "billing does not look at the plan",
  "the promotion was set for all customers",
]
corrections = [
  "take the discount back, or let it stand as a decision of its own",
]
source = "Catalogue B07; rating.md 13 (the plan at its first moment in the cycle is eligible)"
eligible = """
select count(*) from charges where kind = 'discount' and exists (select 1 from promotions) and exists (select 1 from promotion_grants)
"""

[[example]]
name = "a discount on a plan that has none"
expect = """
subject_id | amount
C1         | 5
"""
[example.given]
promotions = """
promotion_id
M1
"""
promotion_grants = """
grant_id | promotion_id
G1       | M1
"""
charges = """
charge_id | kind     | promotion_id
C1        | discount | M1
"""
bill_differences = """
fault                | state | kind     | charge_id | billed_amount | difference
promotion_ineligible | extra | discount | C1        | -5            | 5
"""

[[example]]
name = "one that has ended is promotion_expired"
expect = ""
[example.given]
promotions = """
promotion_id
M1
"""
promotion_grants = """
grant_id | promotion_id
G1       | M1
"""
charges = """
charge_id | kind     | promotion_id
C1        | discount | M1
"""
bill_differences = """
fault             | state | kind     | charge_id | difference
promotion_expired | extra | discount | C1        | 5
"""
+++*/
with wrong as (select * from bill_differences where fault = 'promotion_ineligible')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    coalesce(rated_at, period_start) as occurred_at,
    difference as amount,
    cycle,
    {'amount': expected_amount::varchar, 'promotion_id': promotion_id} as expected,
    {'amount': billed_amount::varchar, 'promotion_id': promotion_id} as actual,
    [{'amount': billed_amount::varchar, 'key': charge_id, 'stream': 'charges'}] as rows
from wrong
