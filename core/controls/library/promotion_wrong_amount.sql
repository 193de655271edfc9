/*+++
id = "promotion_wrong_amount"
title = "Discount of the wrong amount"
question = "Is every discount that is due worth what was agreed, of the lines as they are billed?"
fault = "promotion_wrong_amount"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "promotions", "promotion_grants"]
grain = "one row for each discount that is due with another amount"
span = "account"
unit = "discounts"
root_cause = "promotion_config"
action = "rerate_charge"
causes = [
  "the percentage or the sum is wrong in billing",
  "discounts are taken in the wrong order",
  "a discount on some usage is taken of all",
]
corrections = [
  "correct the discount by the difference",
]
source = "Catalogue B08, R01; rating.md 13 (percent before amount, then by grant; at most what it applies to)"
eligible = """
select count(*) from charges where kind = 'discount' and exists (select 1 from promotions) and exists (select 1 from promotion_grants)
"""

[[example]]
name = "ten percent instead of twenty"
expect = """
subject_id | amount
C1         | -2
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
fault                  | state     | kind     | charge_id | billed_amount | expected_amount | difference
promotion_wrong_amount | different | discount | C1        | -2            | -4              | -2
"""

[[example]]
name = "one that is not due at all is another fault"
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
with wrong as (select * from bill_differences where fault = 'promotion_wrong_amount')
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
