/*+++
id = "recurring_not_charged"
title = "Fee not charged"
question = "Did every subscription pay what it owes for the cycle besides usage: plan, products, minimum?"
fault = "recurring_not_charged"
dimension = "completeness"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["subscriptions", "plans", "charges"]
grain = "one row for each subscription with a fee, a one-off or a minimum that no line charges; several cycles add up"
span = "account"
unit = "subscriptions on a known plan"
root_cause = "bill_run_error"
action = "add_charge"
causes = [
  "the bill run left the subscription out",
  "a start date is too late in billing",
  "an order never reached billing",
]
corrections = [
  "charge the fee on the next bill, and say so to the customer",
]
source = "Catalogue B04, B06; rating.md 12, 14, 17 (several cycles add up), 18 (a line added later puts it right); faults.yaml (due three hours after the cycle's end)"
eligible = """
select count(distinct subscription_id)
from subscriptions
join plans using (plan_id)
where exists (select 1 from charges)
"""

[[example]]
name = "two cycles without the fee and a one-off are one finding, from the first of them"
expect = """
subject_id | account_id | amount | cycle      | occurred_at
S1         | A1         | 45     | 2026-01-01 | 2025-12-31T23:00:00Z
"""
[example.given]
subscriptions = """
subscription_id | plan_id
S1              | P1
"""
plans = """
plan_id | monthly_fee
P1      | 20
"""
charges = """
charge_id | kind
C1        | usage
"""
bill_differences = """
fault                 | state   | kind      | account_id | subscription_id | cycle      | expected_amount | difference | period_start
recurring_not_charged | missing | recurring | A1         | S1              | 2026-02-01 | 20              | 20         | 2026-01-31T23:00:00Z
recurring_not_charged | missing | recurring | A1         | S1              | 2026-01-01 | 20              | 20         | 2025-12-31T23:00:00Z
recurring_not_charged | missing | one_off   | A1         | S1              | 2026-01-01 | 5               | 5          | 2026-01-10T12:00:00Z
"""

[[example]]
name = "a bill that was never made at all is invoice_missing, a missing discount another fault"
expect = ""
[example.given]
subscriptions = """
subscription_id | plan_id
S1              | P1
"""
plans = """
plan_id | monthly_fee
P1      | 20
"""
charges = """
charge_id | kind
C1        | usage
"""
bill_differences = """
fault                 | state   | kind      | account_id | subscription_id | cycle      | difference
recurring_not_charged | missing | recurring | A1         | S1              | 2026-02-01 | 20
promotion_missing     | missing | discount  | A1         | S1              | 2026-01-01 | -5
"""
invoice_differences = """
state   | account_id | cycle      | lines_net
missing | A1         | 2026-02-01 | 0
"""
+++*/
with unpaid as (select * from bill_differences where fault = 'recurring_not_charged'),
never_billed as (select account_id, cycle from invoice_differences where state = 'missing' and lines_net = 0)
select
    subscription_id as subject_id,
    any_value(account_id) as account_id,
    subscription_id,
    min(period_start) as occurred_at,
    sum(difference) as amount,
    min(cycle) as cycle,
    {'amount': sum(expected_amount)::varchar, 'lines': count(*)} as expected,
    {'amount': sum(billed_amount)::varchar, 'lines': 0} as actual,
    list(
        {
            'amount': difference::varchar, 'cycle': cycle, 'key': subscription_id, 'kind': kind,
            'plan_id': expected_plan_id, 'product_id': product_id, 'stream': 'subscriptions'
        }
        order by period_start, kind, product_id
    ) as rows
from unpaid
anti join never_billed using (account_id, cycle)
group by subscription_id
