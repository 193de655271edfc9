-- grain: one invoice that is paid, or overdue after two weeks
with bills as (select * from payable),
direct as (
    select invoice_id, sum(amount) as paid, max(updated_at) as settled_at
    from payments
    where invoice_id is not null and status = 'succeeded' and updated_at <= $as_of
    group by invoice_id
),
jointly as (
    select unnest([bills.invoice_id, following.invoice_id]) as invoice_id, payments.updated_at as settled_at
    from drawn_attempts
    join bills using (place)
    join bills as following on following.place = bills.place + 1
    join payments
        on payments.account_id = bills.account_id and payments.invoice_id is null
        and payments.attempted_at = drawn_attempts.attempted_at
    where together and payments.status = 'succeeded'
),
fates as (
    select
        invoice_id,
        case
            when total = 0 or paid >= total or jointly.settled_at is not null then 'paid'
            when issued_at + to_days(14) <= $as_of then 'overdue'
            else 'issued'
        end as status,
        case
            when total = 0 then issued_at
            when jointly.settled_at is not null then jointly.settled_at
            when paid >= total then direct.settled_at
            when issued_at + to_days(14) <= $as_of then issued_at + to_days(14)
            else issued_at
        end as updated_at
    from invoices left join direct using (invoice_id) left join jointly using (invoice_id)
    where issued_at is not null
)
update invoices set status = fates.status, updated_at = fates.updated_at
from fates where fates.invoice_id = invoices.invoice_id
