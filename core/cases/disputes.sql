-- grain: one invoice that its customer contests; since is when its row last changed, else when it left
with settings as (select timezone from dataset)

select
    invoices.account_id,
    invoices.invoice_id,
    strftime(invoices.cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle,
    invoices.issue_at,
    coalesce(invoices.updated_at, invoices.issued_at, invoices.issue_at) as since
from invoices
cross join settings
where invoices.status = 'disputed'
order by invoices.account_id, invoices.issue_at, invoices.invoice_id
