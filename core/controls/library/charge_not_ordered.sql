/*+++
id = "charge_not_ordered"
title = "Charge that nobody ordered"
question = "Is there an order behind every fee and one-off?"
fault = "orphan_charge"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "product_grants"]
grain = "one row for each fee or one-off of a product or plan that the subscription never had"
span = "account"
unit = "fees and one-offs"
root_cause = "manual_error"
action = "remove_charge"
causes = [
  "a line was keyed in for the wrong customer",
  "an order was cancelled and billed all the same",
]
corrections = [
  "take the line back",
]
source = "Catalogue B06, S04; rating.md 12 (what is granted is charged, at the grant's start)"
eligible = """
select count(*) from charges where kind in ('recurring', 'one_off') and subscription_id in (select subscription_id from subscriptions) and exists (select 1 from product_grants)
"""

[[example]]
name = "a pass without a grant"
expect = """
subject_id | amount | account_id
C1         | -5.9   | A1
"""
[example.given]
subscriptions = """
subscription_id
S1
"""
product_grants = """
grant_id
G1
"""
charges = """
charge_id | kind      | subscription_id
C1        | recurring | S1
"""
bill_differences = """
fault         | state | kind    | charge_id | account_id | product_id | billed_amount | difference
orphan_charge | extra | one_off | C1        | A1         | PD1        | 5.9           | -5.9
"""

[[example]]
name = "a pass charged twice is duplicate_charge"
expect = ""
[example.given]
subscriptions = """
subscription_id
S1
"""
product_grants = """
grant_id
G1
"""
charges = """
charge_id | kind      | subscription_id
C1        | recurring | S1
"""
bill_differences = """
fault            | state | kind    | charge_id | twin_id | difference
duplicate_charge | extra | one_off | C2        | C1      | -5.9
"""
+++*/
with wrong as (select * from bill_differences where fault = 'orphan_charge')
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
