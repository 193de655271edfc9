/*+++
id = "invoice_total_mismatch"
title = "Invoice does not add up"
question = "Is every invoice's total the sum of its own lines?"
fault = "invoice_total_mismatch"
dimension = "integrity"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["invoices", "charges"]
grain = "one row for each invoice whose total is neither its lines with their tax nor what the bill should come to"
span = "account"
unit = "invoices"
root_cause = "bill_run_error"
action = "reissue_invoice"
causes = [
  "a line was added or taken away after the total was made",
  "lines were rounded before they were added up",
]
corrections = [
  "make the invoice again from its lines",
]
source = "Catalogue B03, B11; rating.md 14; a total that is right although a line is wrong is the line's fault"
eligible = """
select count(*) from invoices where status <> 'void' and exists (select 1 from charges)
"""

[[example]]
name = "a total ten above its lines"
expect = """
subject_id | account_id | amount | cycle
I1         | A1         | -10    | 2026-02-01
"""
[example.given]
invoices = """
invoice_id | account_id | total | status
I1         | A1         | 34.6  | issued
"""
charges = """
charge_id | invoice_id
C1        | I1
"""
invoice_differences = """
state     | invoice_id | account_id | cycle      | total | lines_net | lines_tax | due_tax
different | I1         | A1         | 2026-02-01 | 34.6  | 20        | 4.6       | 4.6
"""

[[example]]
name = "the total is right and a line wrong, or the total has the right tax and the tax line is wrong"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status
I1         | A1         | 24.6  | issued
"""
charges = """
charge_id | invoice_id
C1        | I1
"""
invoice_differences = """
state     | invoice_id | total | lines_net | lines_tax | due_tax | expected_total
different | I1         | 24.6  | 15        | 4.6       | 3.45    | 24.6
different | I2         | 24.6  | 20        | 3         | 4.6     |
missing   |            |       | 20        |           |         | 24.6
"""
+++*/
with wrong as (
    select *, lines_net + lines_tax as due
    from invoice_differences
    where state = 'different' and total not in (lines_net + lines_tax, lines_net + due_tax, coalesce(expected_total, lines_net + due_tax))
)
select
    invoice_id as subject_id,
    account_id,
    occurred_at,
    due - total as amount,
    cycle,
    {'total': due::varchar} as expected,
    {'total': total::varchar} as actual,
    [{'key': invoice_id, 'stream': 'invoices', 'total': total::varchar}] as rows
from wrong
