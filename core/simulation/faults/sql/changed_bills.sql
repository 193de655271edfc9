-- grain: one invoice whose lines do not come to its total any more
with lines as (select * from charges where invoice_id is not null),
invoices as (select invoice_id, total as old_total from invoices),
settings as (select tax_rate from dataset),
sums as (
    select
        invoice_id,
        round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)
            + coalesce(sum(amount) filter (kind not in ('usage', 'tax')), 0) as exact_net,
        max(updated_at) filter (kind <> 'tax') as billed_at
    from lines
    group by invoice_id
),
taxed as (
    select
        invoice_id, billed_at, round(exact_net, 2) as net,
        round(cast(exact_net as decimal(24, 6)) * cast(tax_rate as decimal(8, 6)), 2) as tax
    from sums, settings
)
select invoice_id, billed_at, net, tax, (net + tax)::decimal(18, 6) as total, old_total
from taxed join invoices using (invoice_id)
where net + tax <> old_total
