-- grain: one invoice after one run of the bill that added lines to it
with lines as (select * from charges where invoice_id is not null and kind <> 'tax'),
settings as (select tax_rate from dataset),
added as (
    select
        invoice_id, updated_at as billed_at,
        coalesce(sum(amount) filter (kind = 'usage'), 0) as usage,
        coalesce(sum(amount) filter (kind <> 'usage'), 0) as others
    from lines
    group by all
),
running as (
    select
        invoice_id, billed_at,
        round(sum(usage) over so_far, 2) + sum(others) over so_far as exact_net,
        lead(billed_at) over so_far as next_at
    from added
    window so_far as (partition by invoice_id order by billed_at)
)
select
    invoice_id, billed_at, next_at is null as final,
    round(exact_net, 2) as net,
    round(cast(exact_net as decimal(24, 6)) * cast(tax_rate as decimal(8, 6)), 2) as tax
from running, settings
