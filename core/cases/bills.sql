-- grain: one row for each account and cycle that a finding names and an invoice bills; the latest to leave
with named as (select distinct account_id, cycle from findings where cycle is not null),
settings as (select timezone from dataset),
billed as (
    select
        invoices.account_id,
        strftime(invoices.cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle,
        invoices.invoice_id,
        invoices.issue_at
    from invoices
    cross join settings
    where invoices.status <> 'void'
)

select billed.account_id, billed.cycle, billed.invoice_id, billed.issue_at
from billed
semi join named using (account_id, cycle)
qualify row_number() over (
    partition by billed.account_id, billed.cycle order by billed.issue_at desc, billed.invoice_id
) = 1
