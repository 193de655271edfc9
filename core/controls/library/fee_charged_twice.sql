/*+++
id = "fee_charged_twice"
title = "Fee or discount twice"
question = "Is every fee, one-off and discount on the bills once?"
fault = "duplicate_charge"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges", "subscriptions", "plans"]
grain = "one row for each further line of something that another line charges already"
span = "account"
unit = "fees, one-offs and discounts"
root_cause = "bill_run_error"
action = "remove_charge"
causes = [
  "the bill run was started again after it had stopped",
  "an order was sent twice",
  "a clock change gave the cycle two starts",
]
corrections = [
  "take the second line back",
]
source = "Catalogue B03, B06; rating.md 12, 13, 18"
eligible = """
select count(*) from charges where kind in ('recurring', 'one_off', 'discount') and subscription_id in (select subscription_id from subscriptions join plans using (plan_id))
"""

[[example]]
name = "the later of two fees of one cycle"
expect = """
subject_id | amount
C2         | -20
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
C2        | recurring | S1
"""
bill_differences = """
fault            | state | kind      | charge_id | twin_id | billed_amount | difference
duplicate_charge | extra | recurring | C2        | C1      | 20            | -20
"""

[[example]]
name = "a fee after the end has no twin"
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
fault               | state | kind      | charge_id | difference
recurring_after_end | extra | recurring | C1        | -20
"""
+++*/
with wrong as (select * from bill_differences where fault = 'duplicate_charge')
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    coalesce(rated_at, period_start) as occurred_at,
    difference as amount,
    cycle,
    {'amount': expected_amount::varchar, 'lines': 1} as expected,
    {'amount': billed_amount::varchar, 'lines': 2} as actual,
    [{'amount': billed_amount::varchar, 'key': charge_id, 'stream': 'charges'}] as rows
from wrong
