-- grain: one row for each day, method and state of what was invoiced: how much of it came in.
with settings as (select timezone, as_of from dataset),
bills as (select * from invoices where issued_at is not null and status <> 'void'),
payments_made as (select * from payments where status in ('succeeded', 'refunded', 'chargeback')),
named as (select subject_id, fault from findings where stream = 'payments'),
collected as (
    select
        invoice_id,
        sum(if(status = 'succeeded', amount, 0)) as amount,
        max(method) as method
    from payments_made
    where invoice_id is not null
    group by invoice_id
),
attempts as (
    select payments.invoice_id, max(payments.method) as method, max(named.fault) as fault
    from payments
    left join named on named.subject_id = payments.payment_id
    group by payments.invoice_id
),
settled as (
    select
        timezone(settings.timezone, issued_at)::date as day,
        coalesce(collected.method, attempts.method, 'none') as method,
        total,
        coalesce(collected.amount, 0) as paid,
        attempts.fault
    from bills
    cross join settings
    left join collected using (invoice_id)
    left join attempts using (invoice_id)
),
parts as (
    select day, method, 'collected' as state, (paid >= total)::int as records, least(paid, total) as amount from settled
    where paid <> 0 or total = 0
    union all
    select day, method, coalesce(fault, 'outstanding'), 1, total - paid from settled where paid < total
    union all
    select day, method, coalesce(fault, 'overpaid'), 0, paid - total from settled where paid > total
),
unassigned as (
    select
        timezone(settings.timezone, attempted_at)::date as day,
        method,
        'without_invoice' as state,
        0 as records,
        amount
    from payments_made
    cross join settings
    where invoice_id is null and status = 'succeeded'
)
select
    'payment' as point,
    day,
    'payments' as source,
    method as service,
    null::varchar as partner_id,
    state,
    sum(records)::bigint as records,
    0::bigint as quantity,
    sum(amount)::decimal(18, 6) as amount,
    count(*) as parts
from (from parts union all by name from unassigned)
group by all
