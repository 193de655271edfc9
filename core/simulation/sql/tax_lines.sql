-- grain: the tax line of one invoice, left out where there is no tax
with invoices as (select * from invoices),
lines as (select * from charges where invoice_id is not null and kind <> 'tax'),
settings as (select currency from dataset),
nets as (
    select
        invoice_id,
        round(round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2)
            + coalesce(sum(amount) filter (kind <> 'usage'), 0), 2) as net,
        max(updated_at) as billed_at
    from lines
    group by invoice_id
)
select
    'C' || invoice_id || '-tax' as charge_id,
    null::varchar as record_id, account_id, null::varchar as subscription_id, invoice_id, 'tax' as kind,
    null::varchar as service, 0 as quantity, 0 as free_quantity, total - net as amount, settings.currency,
    cycle_start as period_start, cycle_end as period_end, billed_at as rated_at, false as estimated,
    'system' as created_by, billed_at as updated_at
from invoices join nets using (invoice_id), settings
where total <> net
