-- grain: one row for each invoice of the account, newest first, after one for the charges on no invoice if any
with settings as (select timezone, as_of, currency from dataset),
customer as (select bill_cycle_day, status from accounts where account_id = $account),
collected as (
    select coalesce(payment.invoice_id, given.invoice_id) as invoice_id, sum(payment.amount) as paid
    from payments as payment
    left join payments as given on given.payment_id = payment.refund_of
    where payment.account_id = $account and payment.status = 'succeeded'
    group by all
),
invoiced as (select * from invoices where account_id = $account),
billed as (
    select
        strftime(cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle,
        cycle_start, cycle_end, invoiced.status, invoiced.invoice_id, issue_at, issued_at, total,
        coalesce(collected.paid, 0) as paid
    from invoiced
    cross join settings
    left join collected using (invoice_id)
),
today as (
    select
        (as_of at time zone timezone)::date as day,
        coalesce((select bill_cycle_day from customer), 1)::integer as first,
        timezone
    from settings
),
current as (
    select
        (make_date(year(day), month(day), first) - to_months((day(day) < first)::integer))::date as first_day,
        timezone
    from today
),
pending as (
    select
        strftime(first_day, '%Y-%m-%d') as cycle,
        first_day::timestamp at time zone timezone as cycle_start,
        (first_day + interval 1 month)::timestamp at time zone timezone as cycle_end,
        'open' as status,
        0::decimal(18, 6) as paid
    from current
    where exists (select 1 from charges where account_id = $account and invoice_id is null)
        or exists (select 1 from charges, customer where charges.account_id = $account and customer.status <> 'closed')
)
select * from pending
union all by name
select * from billed
order by cycle_start desc, invoice_id
