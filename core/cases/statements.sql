-- grain: one invoice that has left, of an account that waits for an answer, contested or of the last hundred days,
-- with what its lines come to by kind
with settings as (select as_of, timezone from dataset),
left_already as (
    select
        invoices.account_id,
        invoices.invoice_id,
        invoices.issue_at,
        invoices.total,
        invoices.currency,
        strftime(invoices.cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle
    from invoices
    semi join complainants using (account_id)
    cross join settings
    where
        invoices.status <> 'void'
        and invoices.issue_at <= settings.as_of
        and (invoices.status = 'disputed' or invoices.issue_at > settings.as_of - interval 100 days)
),
sums as (
    select
        invoice_id,
        sum(amount) filter (where kind = 'recurring') as recurring,
        sum(amount) filter (where kind = 'usage') as usage,
        sum(amount) filter (where kind = 'one_off') as one_off,
        sum(amount) filter (where kind = 'discount') as discount,
        sum(amount) filter (where kind = 'adjustment') as adjustment,
        sum(amount) filter (where kind = 'tax') as tax
    from charges
    where invoice_id in (select invoice_id from left_already)
    group by invoice_id
)

select
    left_already.*,
    coalesce(sums.recurring, 0) as recurring,
    coalesce(sums.usage, 0) as usage,
    coalesce(sums.one_off, 0) as one_off,
    coalesce(sums.discount, 0) as discount,
    coalesce(sums.adjustment, 0) as adjustment,
    coalesce(sums.tax, 0) as tax
from left_already
left join sums using (invoice_id)
order by left_already.account_id, left_already.issue_at, left_already.invoice_id
