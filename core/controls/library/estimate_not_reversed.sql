/*+++
id = "estimate_not_reversed"
title = "Estimate still charged"
question = "Was every estimated line reversed once the usage that it stood for was rated?"
fault = "estimate_not_reversed"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["charges"]
consults = ["accounts"]
grain = "one row for each estimated line that stands beside the usage it stood for"
span = "account"
unit = "usage lines"
root_cause = "bill_run_error"
action = "remove_charge"
causes = [
  "the late file was rated and nobody took the estimate back",
  "the reversal was for another sum",
]
corrections = [
  "reverse the estimate on the next bill",
]
source = "Catalogue U09, T02; rating.md 18 (reversed by an estimated line that corrects it, amount negated)"
eligible = """
select count(*) from charges where kind = 'usage' and corrects is null
"""

[[example]]
name = "data that came and was rated three days after its estimate"
expect = """
subject_id | account_id | subscription_id | amount | cycle
X1         | A1         | S1              | -12    | 2026-01-01
"""
[example.given]
accounts = """
account_id | bill_cycle_day
A1         | 1
"""
charges = """
charge_id | account_id | subscription_id | kind  | service | amount | estimated | corrects | period_start         | period_end           | rated_at
X1        | A1         | S1              | usage | data    | 12     | true      |          | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-01T02:00:00Z
C1        | A1         | S1              | usage | data    | 11.4   | false     |          | 2026-01-22T10:00:00Z | 2026-01-22T11:00:00Z | 2026-02-04T02:00:00Z
"""

[[example]]
name = "reversed by less"
expect = """
subject_id | amount
X1         | -2
"""
[example.given]
charges = """
charge_id | subscription_id | kind  | service | amount | estimated | corrects | period_start         | period_end           | rated_at
X1        | S1              | usage | data    | 12     | true      |          | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-01T02:00:00Z
X2        | S1              | usage | data    | -10    | true      | X1       | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-04T02:00:00Z
C1        | S1              | usage | data    | 11.4   | false     |          | 2026-01-22T10:00:00Z | 2026-01-22T11:00:00Z | 2026-02-04T02:00:00Z
"""

[[example]]
name = "reversed, or still without its usage: calls, another time and what was rated before are not it"
expect = ""
[example.given]
charges = """
charge_id | subscription_id | kind  | service | amount | estimated | corrects | period_start         | period_end           | rated_at
X1        | S1              | usage | data    | 12     | true      |          | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-01T02:00:00Z
X2        | S1              | usage | data    | -12    | true      | X1       | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-04T02:00:00Z
C1        | S1              | usage | data    | 11.4   | false     |          | 2026-01-22T10:00:00Z | 2026-01-22T11:00:00Z | 2026-02-04T02:00:00Z
X3        | S2              | usage | data    | 12     | true      |          | 2026-01-20T00:00:00Z | 2026-01-27T00:00:00Z | 2026-02-01T02:00:00Z
C2        | S2              | usage | voice   | 1      | false     |          | 2026-01-22T10:00:00Z | 2026-01-22T11:00:00Z | 2026-02-04T02:00:00Z
C3        | S2              | usage | data    | 1      | false     |          | 2026-01-28T10:00:00Z | 2026-01-28T11:00:00Z | 2026-02-04T02:00:00Z
C4        | S2              | usage | data    | 1      | false     |          | 2026-01-22T10:00:00Z | 2026-01-22T11:00:00Z | 2026-01-22T12:00:00Z
"""
+++*/
with settings as (select timezone from dataset),
cycle_days as (select account_id, bill_cycle_day from accounts),
lines as (select * from charges where kind = 'usage'),
estimates as (select * from lines where estimated and corrects is null),
reversals as (
    select corrects as charge_id, sum(amount) as reversed, max(charge_id) as reversal_id
    from charges
    where corrects is not null
    group by corrects
),
came as (
    select estimates.charge_id, min(lines.rated_at) as rated_at, min_by(lines.charge_id, lines.rated_at) as line_id
    from estimates
    join lines
        on lines.subscription_id = estimates.subscription_id and not lines.estimated
        and lines.service = coalesce(estimates.service, lines.service)
        and lines.period_start between estimates.period_start and estimates.period_end
        and lines.rated_at > estimates.rated_at
    group by estimates.charge_id
),
standing as (
    select estimates.*, came.rated_at as came_at, came.line_id, estimates.amount + coalesce(reversals.reversed, 0) as rest
    from estimates
    join came using (charge_id)
    left join reversals using (charge_id)
)
select
    standing.charge_id as subject_id,
    standing.account_id,
    standing.subscription_id,
    came_at as occurred_at,
    -rest as amount,
    strftime(
        date_trunc('month', period_start at time zone timezone - to_days(bill_cycle_day - 1)) + to_days(bill_cycle_day - 1), '%Y-%m-%d'
    ) as cycle,
    {'amount': '0'} as expected,
    {'amount': rest::varchar} as actual,
    [
        {'amount': standing.amount::varchar, 'key': standing.charge_id, 'stream': 'charges'},
        {'amount': null, 'key': line_id, 'stream': 'charges'}
    ] as rows
from standing
cross join settings
left join cycle_days using (account_id)
where abs(rest) >= 0.01
