/*+++
id = "wrong_tax"
title = "Wrong tax"
question = "Is the tax of every invoice the rate on its net as billed?"
fault = "wrong_tax"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["invoices", "charges"]
grain = "one row for each invoice whose tax is neither the rate on its own lines nor the tax that the bill should have"
span = "account"
unit = "invoices"
root_cause = "bill_run_error"
action = "reissue_invoice"
causes = [
  "a tax code or a rate is wrong in billing",
  "tax was rounded line by line",
  "a line that bears tax was left out",
]
corrections = [
  "make the invoice again with the right tax",
]
source = "Catalogue B09; rating.md 14 (the rate on the net, half-up to 2 decimals)"
eligible = """
select count(*) from invoices where status <> 'void' and exists (select 1 from charges)
"""

[[example]]
name = "a tax of 19 percent instead of 23"
expect = """
subject_id | account_id | amount | cycle
C1         | A1         | 0.8    | 2026-02-01
"""
[example.given]
invoices = """
invoice_id | account_id | status
I1         | A1         | issued
"""
charges = """
charge_id | invoice_id | kind
C1        | I1         | tax
"""
invoice_differences = """
state     | invoice_id | account_id | cycle      | total | lines_net | lines_tax | due_tax | tax_corrections | tax_charge_id
different | I1         | A1         | 2026-02-01 | 23.8  | 20        | 3.8       | 4.6     | 0               | C1
"""

[[example]]
name = "right for what the lines should be, put right by an adjustment, only the total wrong, a draft that awaits its tax line"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | status
I1         | A1         | issued
"""
charges = """
charge_id | invoice_id | kind
C1        | I1         | tax
"""
invoice_differences = """
state     | invoice_id | total | lines_net | lines_tax | due_tax | expected_tax | tax_corrections | tax_charge_id
different | I1         | 24.6  | 15        | 4.6       | 3.45    | 4.6          | 0               | C1
different | I2         | 23.8  | 20        | 3.8       | 4.6     | 4.6          | 0.8             | C2
different | I3         | 30    | 20        | 4.6       | 4.6     | 4.6          | 0               | C3
different | I4         | 24.6  | 20        | 0         | 4.6     | 4.6          | 0               |
"""
+++*/
with wrong as (
    select *, due_tax - lines_tax - tax_corrections as difference
    from invoice_differences
    where state = 'different' and lines_tax <> coalesce(expected_tax, due_tax)
        and (tax_charge_id is not null or is_issued)
)
select
    coalesce(tax_charge_id, 'tax of ' || invoice_id) as subject_id,
    account_id,
    occurred_at,
    difference as amount,
    cycle,
    {'tax': due_tax::varchar} as expected,
    {'tax': lines_tax::varchar} as actual,
    list_filter(
        [
            {'amount': total::varchar, 'key': invoice_id, 'stream': 'invoices'},
            {'amount': lines_tax::varchar, 'key': tax_charge_id, 'stream': 'charges'}
        ],
        lambda row: row.key is not null
    ) as rows
from wrong
where abs(difference) >= 0.01
