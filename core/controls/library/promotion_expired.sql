/*+++
id = "promotion_expired"
title = "Discount after its end"
question = "Is no discount given in a cycle before which the promotion or its grant had ended?"
fault = "promotion_expired"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "promotions", "promotion_grants"]
grain = "one row for each discount of a cycle that begins after the end"
span = "account"
unit = "discounts"
root_cause = "promotion_config"
action = "remove_charge"
causes = [
  "no job ends promotions in billing",
  "the end was changed in CRM and not in billing",
]
corrections = [
  "take the discount back, or let it stand as a decision of its own",
]
source = "Catalogue B07; rating.md 13 (it counts for the whole cycle in which it is in force at all)"
eligible = """
select count(*) from charges where kind = 'discount' and exists (select 1 from promotions) and exists (select 1 from promotion_grants)
"""

[[example]]
name = "five off in the month after the end"
expect = """
subject_id | amount | subscription_id
C1         | 5      | S1
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
fault             | state | kind     | charge_id | subscription_id | billed_amount | difference
promotion_expired | extra | discount | C1        | S1              | -5            | 5
"""

[[example]]
name = "one that was never granted is promotion_ineligible"
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
fault                | state | kind     | charge_id | difference
promotion_ineligible | extra | discount | C1        | 5
"""
+++*/
with wrong as (select * from bill_differences where fault = 'promotion_expired')
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
