-- grain: one row for each account and cycle that a finding names and an invoice bills; the latest to leave
with named as (select distinct account_id, cycle from findings where cycle is not null),
settings as (select timezone from dataset),
billed as (
    select
        invoices.account_id,
        strftime(invoices.cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle,
        invoices.invoice_id,
        invoices.issue_at,
        invoices.total,
        invoices.status = 'disputed' as is_disputed
    from invoices
    cross join settings
    where invoices.status <> 'void'
),
latest as (
    select billed.*
    from billed
    semi join named using (account_id, cycle)
    qualify row_number() over (
        partition by billed.account_id, billed.cycle order by billed.issue_at desc, billed.invoice_id
    ) = 1
),
taxes as (
    select invoice_id, sum(amount) as tax
    from charges
    where kind = 'tax' and invoice_id in (select invoice_id from latest)
    group by invoice_id
)

select
    latest.account_id, latest.cycle, latest.invoice_id, latest.issue_at, latest.total,
    latest.total - coalesce(taxes.tax, 0) as net, latest.is_disputed
from latest
left join taxes using (invoice_id)
