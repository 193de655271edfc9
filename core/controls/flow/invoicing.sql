-- grain: one row for each day, kind of line and state of what billing charged: whether it is on an invoice, and what totals add.
with settings as (select timezone, starts_at from dataset),
bills as (select invoice_id, total, cycle_end from invoices where status <> 'void'),
missing as (select account_id, cycle from findings where fault = 'invoice_missing'),
lines as (
    select
        timezone(settings.timezone, period_start)::date as day,
        kind,
        invoice_id,
        account_id,
        amount,
        bills.total is not null as is_invoiced
    from charges
    cross join settings
    left join bills using (invoice_id)
    where period_start >= starts_at
),
placed as (
    select
        day,
        kind,
        case
            when is_invoiced then 'invoiced'
            when lines.account_id in (select account_id from missing) and lines.invoice_id is null then 'invoice_missing'
            when lines.invoice_id is null then 'awaited'
            else 'no_invoice'
        end as state,
        1 as records,
        amount
    from lines
),
sums as (
    select
        invoice_id,
        round(coalesce(sum(amount) filter (where kind = 'usage'), 0), 2)
            + coalesce(sum(amount) filter (where kind <> 'usage'), 0) as lines_total
    from charges
    where invoice_id is not null
    group by invoice_id
),
totals as (
    select
        timezone(settings.timezone, cycle_end)::date as day,
        'total' as kind,
        'total_differs' as state,
        0 as records,
        total - coalesce(lines_total, 0) as amount
    from bills
    cross join settings
    left join sums using (invoice_id)
    where total <> coalesce(lines_total, 0)
)
select
    'invoicing' as point,
    day,
    'billing' as source,
    kind as service,
    null::varchar as partner_id,
    state,
    sum(records)::bigint as records,
    0::bigint as quantity,
    sum(amount)::decimal(18, 6) as amount,
    count(*) as parts
from (from placed union all by name from totals)
group by all
