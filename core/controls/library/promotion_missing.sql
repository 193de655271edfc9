/*+++
id = "promotion_missing"
title = "Discount not given"
question = "Does every customer get the discounts that were granted and are in force?"
fault = "promotion_missing"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["promotion_grants", "promotions", "charges"]
grain = "one row for each grant whose discount lacks in a closed cycle; several cycles add up"
span = "account"
unit = "granted promotions"
root_cause = "promotion_not_propagated"
action = "promotional_credit"
causes = [
  "the offer reached CRM and not billing",
  "a change of plan dropped the promotion",
]
corrections = [
  "credit what was promised, and set the promotion in billing",
]
source = "Catalogue B08; rating.md 13, 17 (several cycles add up)"
eligible = """
select count(*)
from promotion_grants
join promotions using (promotion_id)
where exists (select 1 from charges)
"""

[[example]]
name = "two cycles without the discount are one finding"
expect = """
subject_id | account_id | subscription_id | amount | cycle
G1         | A1         | S1              | -9     | 2026-01-01
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
fault             | state   | kind     | account_id | subscription_id | promotion_id | cycle      | expected_amount | difference | explanation
promotion_missing | missing | discount | A1         | S1              | M1           | 2026-01-01 | -5              | -5         | {"grant_id": "G1"}
promotion_missing | missing | discount | A1         | S1              | M1           | 2026-02-01 | -4              | -4         | {"grant_id": "G1"}
"""

[[example]]
name = "too little is promotion_wrong_amount"
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
fault                  | state     | kind     | charge_id | difference
promotion_wrong_amount | different | discount | C1        | -2
"""
+++*/
with absent as (select *, explanation->>'grant_id' as grant_id from bill_differences where fault = 'promotion_missing')
select
    grant_id as subject_id,
    any_value(account_id) as account_id,
    any_value(subscription_id) as subscription_id,
    min(period_start) as occurred_at,
    sum(difference) as amount,
    min(cycle) as cycle,
    {'amount': sum(expected_amount)::varchar, 'promotion_id': any_value(promotion_id)} as expected,
    {'amount': sum(billed_amount)::varchar, 'promotion_id': any_value(promotion_id)} as actual,
    list({'amount': difference::varchar, 'cycle': cycle, 'key': grant_id, 'stream': 'promotion_grants'} order by cycle) as rows
from absent
group by grant_id
