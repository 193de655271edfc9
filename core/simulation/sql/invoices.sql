-- grain: one invoice that has a line by as_of, unpaid as yet
with lines as (select * from charges where invoice_id is not null and kind <> 'tax'),
cycles as (select * from account_cycles),
settings as (select currency, tax_rate, as_of from dataset),
nets as (
    select
        invoice_id,
        round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)
            + coalesce(sum(amount) filter (kind <> 'usage'), 0) as exact_net,
        max(updated_at) as billed_at
    from lines
    group by invoice_id
)
select
    invoice_id, account_id, cycle_start, cycle_end, issue_at,
    case when issue_at <= as_of then issue_at end as issued_at,
    round(exact_net, 2) + round(cast(exact_net as decimal(24, 6)) * cast(tax_rate as decimal(8, 6)), 2) as total,
    currency,
    if(issue_at <= as_of, 'issued', 'draft') as status,
    if(issue_at <= as_of, issue_at, billed_at) as updated_at
from nets join cycles using (invoice_id), settings
