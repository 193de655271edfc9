/*+++
id = "adjustment_abuse"
title = "Credits out of pattern"
question = "Do people give credits as their colleagues do, and to no account again and again?"
fault = "adjustment_abuse"
dimension = "integrity"
area = "finance and accounting"
kind = "trend"
mode = "detective"
severity = "high"
owner = "revenue assurance"
reads = ["charges"]
grain = "one row for each manual credit of a person that stands out: again and again to one account, far more often than others, or approved by that person"
span = "whole"
unit = "manual credits"
root_cause = "internal_misuse"
action = "reverse_credit"
causes = [
  "a person credits friends, or an own account",
  "a role may approve what it keys in",
]
corrections = [
  "reverse the credits after a talk with the person's lead",
  "take the right to credit away until then",
]
source = "Catalogue P04 (repeat beneficiary, self-approved, out of pattern); a robust rule: the median person, and a distance in the spread that chance gives"
eligible = """
select count(*) from charges where kind = 'adjustment' and corrects is null and amount < 0 and created_by <> 'system'
"""

[params.same_account]
default = 3
unit = "credits"
means = "so many credits of one person to one account within same_account_days are out of pattern, and then two to any other account too"

[params.same_account_days]
default = 35
unit = "days"
means = "about a bill cycle"

[params.spread]
default = 6
unit = "standard deviations"
means = "how far a person's number of credits may lie above the median person's, by the spread of chance"

[params.people]
default = 5
unit = "people"
means = "with fewer who give credits there is no pattern to stand out from"

[[example]]
name = "three credits of one person to one account within a month"
expect = """
subject_id | account_id | amount
C1         | A1         | 9
C2         | A1         | 9
C3         | A1         | 9
"""
[example.given]
charges = """
charge_id | account_id | kind       | amount | created_by | approved_by | corrects | rated_at
C1        | A1         | adjustment | -9     | agent-04   |             |          | 2026-02-05T02:00:00Z
C2        | A1         | adjustment | -9     | agent-04   |             |          | 2026-02-14T02:00:00Z
C3        | A1         | adjustment | -9     | agent-04   |             |          | 2026-02-21T02:00:00Z
C9        | A2         | adjustment | -3     | agent-04   |             |          | 2026-02-20T09:00:00Z
"""

[[example]]
name = "approved by the one who gave it"
expect = """
subject_id
C1
"""
[example.given]
charges = """
charge_id | account_id | kind       | amount | created_by | approved_by | corrects | rated_at
C1        | A1         | adjustment | -9     | agent-04   | agent-04    |          | 2026-02-05T09:00:00Z
C2        | A2         | adjustment | -9     | agent-04   | lead-01     |          | 2026-02-05T09:00:00Z
"""

[[example]]
name = "one who gives far more credits than the others"
expect = """
subject_id
X1
X2
X3
X4
X5
X6
X7
X8
X9
"""
[example.given]
charges = """
charge_id | account_id | kind       | amount | created_by | approved_by | corrects | rated_at
C1        | A1         | adjustment | -3     | agent-01   |             |          | 2026-02-05T09:00:00Z
C2        | A2         | adjustment | -3     | agent-02   |             |          | 2026-02-05T09:00:00Z
C3        | A3         | adjustment | -3     | agent-03   |             |          | 2026-02-05T09:00:00Z
C4        | A4         | adjustment | -3     | agent-04   |             |          | 2026-02-05T09:00:00Z
C5        | A5         | adjustment | -3     | agent-05   |             |          | 2026-02-05T09:00:00Z
X1        | B1         | adjustment | -3     | agent-09   |             |          | 2026-02-01T09:00:00Z
X2        | B2         | adjustment | -3     | agent-09   |             |          | 2026-02-02T09:00:00Z
X3        | B3         | adjustment | -3     | agent-09   |             |          | 2026-02-03T09:00:00Z
X4        | B4         | adjustment | -3     | agent-09   |             |          | 2026-02-04T09:00:00Z
X5        | B5         | adjustment | -3     | agent-09   |             |          | 2026-02-05T09:00:00Z
X6        | B6         | adjustment | -3     | agent-09   |             |          | 2026-02-06T09:00:00Z
X7        | B7         | adjustment | -3     | agent-09   |             |          | 2026-02-07T09:00:00Z
X8        | B8         | adjustment | -3     | agent-09   |             |          | 2026-02-08T09:00:00Z
X9        | B9         | adjustment | -3     | agent-09   |             |          | 2026-02-09T09:00:00Z
"""

[[example]]
name = "a credit now and then, by any of them, corrections of wrong lines, and what takes a credit back"
expect = ""
[example.given]
charges = """
charge_id | account_id | kind       | amount | created_by | approved_by | corrects | rated_at
C1        | A1         | adjustment | -3     | agent-01   |             |          | 2026-02-01T09:00:00Z
C2        | A1         | adjustment | -3     | agent-02   |             |          | 2026-02-02T09:00:00Z
C3        | A1         | adjustment | -3     | agent-03   |             |          | 2026-02-03T09:00:00Z
C4        | A1         | adjustment | -3     | agent-04   |             |          | 2026-02-04T09:00:00Z
C5        | A1         | adjustment | -3     | agent-05   |             |          | 2026-02-05T09:00:00Z
D1        | A2         | adjustment | -3     | agent-01   |             | W1       | 2026-02-01T09:00:00Z
D2        | A2         | adjustment | -3     | agent-01   |             | W2       | 2026-02-02T09:00:00Z
D3        | A2         | adjustment | -3     | agent-01   |             | W3       | 2026-02-03T09:00:00Z
D4        | A2         | adjustment | -3     | agent-01   |             | W4       | 2026-02-04T09:00:00Z
D5        | A2         | adjustment | -3     | agent-01   |             | W5       | 2026-02-05T09:00:00Z
E1        | A3         | adjustment | 3      | agent-01   | agent-01    |          | 2026-02-01T09:00:00Z
"""
+++*/
with credits as (
    select * from charges where kind = 'adjustment' and corrects is null and amount < 0 and created_by <> 'system'
),
taken_back as (select corrects as charge_id, sum(amount) as amount from charges where corrects is not null group by corrects),
standing as (
    select credits.*, -credits.amount - coalesce(taken_back.amount, 0) as rest
    from credits
    left join taken_back using (charge_id)
    where -credits.amount - coalesce(taken_back.amount, 0) >= 0.01
),
people as (select created_by, count(*) as given from standing group by created_by),
usual as (select median(given) as given, count(*) as people from people),
busy as (
    select created_by
    from people, usual
    where usual.people > $people and people.given > usual.given + $spread * sqrt(greatest(usual.given, 1))
),
rows_of_credits as (
    select
        charge_id, created_by, account_id, rated_at,
        count(*) over (
            partition by created_by, account_id order by rated_at
            range between current row and to_days($same_account_days) following
        ) as length
    from standing
),
people_who_repeat as (select created_by from rows_of_credits group by created_by having max(length) >= $same_account),
repeated as (
    select distinct standing.charge_id
    from standing
    join rows_of_credits as first
        on first.created_by = standing.created_by and first.account_id = standing.account_id and first.length > 1
        and standing.rated_at between first.rated_at and first.rated_at + to_days($same_account_days)
    semi join people_who_repeat on people_who_repeat.created_by = standing.created_by
)
select
    standing.charge_id as subject_id,
    standing.account_id,
    standing.subscription_id,
    standing.rated_at as occurred_at,
    standing.rest as amount,
    if(approved_by = created_by or repeated.charge_id is not null, 0.9, 0.7)::decimal(18, 6) as confidence,
    {'given_by_the_median_person': usual.given::int} as expected,
    {'given_by_this_person': people.given} as actual,
    [{
        'amount': standing.amount::varchar, 'approved_by': approved_by, 'created_by': created_by, 'key': standing.charge_id,
        'reason': reason, 'stream': 'charges'
    }] as rows
from standing
join people using (created_by)
cross join usual
left join busy using (created_by)
left join repeated using (charge_id)
where busy.created_by is not null or repeated.charge_id is not null or approved_by = created_by
