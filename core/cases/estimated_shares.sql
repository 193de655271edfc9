-- grain: one row for each file that is not here and account: what its usage will cost, and the invoice of the cycle it is priced in.
with shares as (
    select
        coalesce(file_id, source || '#' || sequence) as subject_id,
        account_id,
        period_start,
        sum(amount)::decimal(18, 6) as amount
    from usage_estimates
    group by all
    having sum(amount) > 0
),
billed as (
    select shares.subject_id, shares.account_id, invoices.* exclude (account_id)
    from shares
    join invoices
        on invoices.account_id = shares.account_id
        and shares.period_start >= invoices.cycle_start
        and shares.period_start < invoices.cycle_end
    where invoices.status <> 'void'
    qualify row_number() over (
        partition by shares.subject_id, shares.account_id order by invoices.issue_at desc, invoices.invoice_id
    ) = 1
),
taxes as (
    select invoice_id, sum(amount) as tax
    from charges
    where kind = 'tax' and invoice_id in (select invoice_id from billed)
    group by invoice_id
)

select
    shares.subject_id, shares.account_id, shares.amount,
    accounts.name, accounts.segment, accounts.country, accounts.vulnerable, accounts.contact_allowed, accounts.language,
    billed.invoice_id, billed.issue_at, billed.total,
    billed.total - coalesce(taxes.tax, 0) as net, billed.status = 'disputed' as is_disputed
from shares
join accounts using (account_id)
left join billed using (subject_id, account_id)
left join taxes using (invoice_id)
order by shares.subject_id, shares.account_id
