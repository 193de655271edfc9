/*+++
id = "invoice_missing"
title = "Invoice missing"
question = "Does every closed cycle with something to charge have an invoice?"
fault = "invoice_missing"
dimension = "completeness"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["accounts", "charges", "invoices"]
grain = "one row for each account with a cycle that is over and has no invoice; several cycles add up"
span = "account"
unit = "accounts with charges"
root_cause = "bill_run_error"
action = "release_invoice"
causes = [
  "the account is on hold",
  "the bill run stopped at an error",
  "the invoice was voided and never made again",
]
corrections = [
  "make the invoice, before its issue time if there is one",
]
source = "Catalogue B01, B02; rating.md 14, 17 (several cycles add up)"
eligible = """
select count(*)
from accounts
where exists (select 1 from invoices) and account_id in (select account_id from charges)
"""
open_items = """
select
    account_id as subject_id, account_id, min(occurred_at) as since, min(occurred_at) + to_hours($run_hours) as due_at
from invoice_differences
cross join dataset
where state = 'missing'
group by account_id
having min(occurred_at) + to_hours($run_hours) >= any_value(as_of)
"""

[params.run_hours]
default = 24
unit = "hours"
means = "a bill run comes by this often: what waits for longer waits in vain"

[[example]]
name = "two cycles are one finding"
expect = """
subject_id | account_id | amount | cycle      | occurred_at
A1         | A1         | 55     | 2026-01-01 | 2026-01-31T23:00:00Z
"""
[example.given]
accounts = """
account_id
A1
"""
charges = """
charge_id | account_id
C1        | A1
"""
invoices = """
invoice_id | account_id
I9         | A9
"""
invoice_differences = """
state   | account_id | cycle      | lines_net | expected_net | occurred_at
missing | A1         | 2026-01-01 | 25        | 25           | 2026-01-31T23:00:00Z
missing | A1         | 2026-02-01 | 0         | 30           | 2026-02-28T23:00:00Z
"""

[[example]]
name = "lines that the next run will take"
expect = ""
expect_open = """
subject_id | account_id | since                | due_at
A1         | A1         | 2026-03-31T22:00:00Z | 2026-04-01T22:00:00Z
"""
[example.given]
accounts = """
account_id
A1
"""
charges = """
charge_id | account_id
C1        | A1
"""
invoices = """
invoice_id | account_id
I9         | A9
"""
invoice_differences = """
state     | account_id | cycle      | lines_net | occurred_at
missing   | A1         | 2026-03-01 | 25        | 2026-03-31T22:00:00Z
different | A2         | 2026-02-01 | 25        | 2026-03-01T22:00:00Z
"""


+++*/
with unbilled as (select * from invoice_differences where state = 'missing'),
settings as (select as_of from dataset)
select
    unbilled.account_id as subject_id,
    unbilled.account_id,
    min(unbilled.occurred_at) as occurred_at,
    sum(coalesce(nullif(unbilled.lines_net, 0), unbilled.expected_net)) as amount,
    min(unbilled.cycle) as cycle,
    {'invoices': count(*)} as expected,
    {'invoices': 0} as actual,
    list(
        {'cycle': unbilled.cycle, 'key': unbilled.account_id, 'lines_net': unbilled.lines_net::varchar, 'stream': 'accounts'}
        order by unbilled.cycle
    ) as rows
from unbilled
cross join settings
where unbilled.occurred_at + to_hours($run_hours) < settings.as_of
group by unbilled.account_id
