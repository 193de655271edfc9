/*+++
id = "payment_mismatch"
title = "Payment differs from invoice"
question = "Was every paid invoice collected to the cent, no more and no less?"
fault = "payment_mismatch"
dimension = "integrity"
area = "receivables"
kind = "cross-system"
mode = "detective"
severity = "high"
owner = "receivables"
reads = ["payments", "invoices"]
grain = "one row for each payment, the last one to count, whose invoices were not collected to the cent"
span = "account"
unit = "payments that came in"
root_cause = "payment_gateway"
action = "open_dispute"
causes = [
  "the gateway posted another amount than it was asked for",
  "an amount was keyed in by hand",
  "the invoice changed after it had been paid",
]
corrections = [
  "refund what was collected too much",
  "reopen the invoice and collect the rest",
]
source = "Catalogue P01; rating.md 17 and 18 (part payments, refunds, payments without an invoice)"
eligible = "select count(*) from payments where status = 'succeeded' and refund_of is null"

[[example]]
name = "marked paid for less than its total: the rest is still due"
expect = """
subject_id | account_id | amount | occurred_at          | cycle      | currency
P2         | A1         | 2.5    | 2026-03-12T10:00:00Z | 2026-02-01 | PLN
"""
[example.given]
invoices = """
invoice_id | account_id | total | currency | status | cycle_start          | issued_at
I1         | A1         | 20    | PLN      | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | currency | status    | attempted_at
P1         | I1         | A1         | 10     | PLN      | succeeded | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 7.5    | PLN      | succeeded | 2026-03-12T10:00:00Z
P3         | I1         | A1         | 2.5    | PLN      | failed    | 2026-03-13T10:00:00Z
"""

[[example]]
name = "collected more than invoiced, a refund that gives back too little, one payment of twice the total"
expect = """
subject_id | amount
P1         | -0.01
P2         | -1
P4         | -20
"""
[example.given]
invoices = """
invoice_id | account_id | total | status | issued_at
I1         | A1         | 20    | paid   | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid   | 2026-03-06T05:00:00Z
I3         | A3         | 20    | paid   | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | refund_of | attempted_at
P4         | I3         | A3         | 40     | succeeded |           | 2026-03-10T10:00:00Z
P1         | I1         | A1         | 20.01  | succeeded |           | 2026-03-10T10:00:00Z
P2         | I2         | A2         | 25     | succeeded |           | 2026-03-10T10:00:00Z
P3         | I2         | A2         | -4     | succeeded | P2        | 2026-03-12T10:00:00Z
"""

[[example]]
name = "a payment without an invoice that falls short of the invoices it settled, with a later one that does not"
expect = """
subject_id | amount | cycle
P1         | 5      | 2026-02-01
"""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2025-12-31T23:00:00Z | 2026-02-06T05:00:00Z
I2         | A1         | 30    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I3         | A1         | 40    | paid   | 2026-02-28T23:00:00Z | 2026-03-20T05:00:00Z
"""
payments = """
payment_id | account_id | amount | status    | attempted_at
P1         | A1         | 45     | succeeded | 2026-03-10T10:00:00Z
P2         | A1         | 40     | succeeded | 2026-03-25T10:00:00Z
"""

[[example]]
name = "a payment without an invoice of more than the account owes"
expect = """
subject_id | amount
P1         | -5
"""
[example.given]
invoices = """
invoice_id | account_id | total | status | issued_at
I1         | A1         | 20    | paid   | 2026-02-06T05:00:00Z
I2         | A1         | 30    | paid   | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | account_id | amount | status    | attempted_at
P1         | A1         | 55     | succeeded | 2026-03-10T10:00:00Z
"""

[[example]]
name = "two payments for one invoice, one for two invoices, a part payment, a refund of what came twice"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status  | issued_at
I1         | A1         | 20    | paid    | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid    | 2026-02-06T05:00:00Z
I3         | A2         | 30    | paid    | 2026-03-06T05:00:00Z
I4         | A3         | 20    | issued  | 2026-03-06T05:00:00Z
I5         | A4         | 20    | paid    | 2026-03-06T05:00:00Z
I6         | A5         | 20    | overdue | 2026-03-06T05:00:00Z
I7         | A6         | 20    | paid    | 2026-02-06T05:00:00Z
I8         | A6         | 30    | paid    | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | refund_of | attempted_at
P1         | I1         | A1         | 8      | succeeded |           | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 12     | succeeded |           | 2026-03-12T10:00:00Z
P3         |            | A2         | 50     | succeeded |           | 2026-03-10T10:00:00Z
P4         | I4         | A3         | 5      | succeeded |           | 2026-03-10T10:00:00Z
P5         | I5         | A4         | 20     | succeeded |           | 2026-03-10T10:00:00Z
P6         | I5         | A4         | 20     | succeeded |           | 2026-03-11T10:00:00Z
P7         | I5         | A4         | -20    | succeeded | P6        | 2026-03-12T10:00:00Z
P8         | I6         | A5         | 20     | failed    |           | 2026-03-10T10:00:00Z
P9         | I7         | A6         | 50     | succeeded |           | 2026-03-10T10:00:00Z
"""

[[example]]
name = "collected twice is payment_duplicate, and what is still pending or charged back is not judged"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status   | issued_at
I1         | A1         | 20    | paid     | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid     | 2026-03-06T05:00:00Z
I3         | A3         | 20    | paid     | 2026-03-06T05:00:00Z
I4         | A4         | 20    | disputed | 2026-03-06T05:00:00Z
I5         | A5         | 20    | paid     | 2026-03-06T05:00:00Z
I6         | A6         | 20    | draft    |
"""
payments = """
payment_id | invoice_id | account_id | amount | status     | attempted_at
P1         | I1         | A1         | 20     | succeeded  | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 20     | succeeded  | 2026-03-10T10:00:05Z
P3         | I2         | A2         | 8      | succeeded  | 2026-03-10T10:00:00Z
P4         | I2         | A2         | 12     | succeeded  | 2026-03-11T10:00:00Z
P5         | I2         | A2         | 12     | succeeded  | 2026-03-11T10:00:05Z
P6         | I3         | A3         | 8      | succeeded  | 2026-03-10T10:00:00Z
P7         | I3         | A3         | 12     | pending    | 2026-03-11T10:00:00Z
P8         | I4         | A4         | 20     | chargeback | 2026-03-10T10:00:00Z
P9         |            | A5         | 20     | succeeded  | 2026-03-10T10:00:00Z
P10        |            | A5         | 20     | succeeded  | 2026-03-10T10:00:05Z
P11        | I6         | A6         | 5      | succeeded  | 2026-03-10T10:00:00Z
"""

[[example]]
name = "collected what the bill should come to: then its total is at fault, not the payment"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status | issued_at
I1         | A1         | 30    | paid   | 2026-03-06T05:00:00Z
"""
invoice_differences = """
state     | invoice_id | account_id | total | lines_net | lines_tax | expected_total
different | I1         | A1         | 30    | 16.26     | 3.74      | 20
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | attempted_at
P1         | I1         | A1         | 20     | succeeded | 2026-03-10T10:00:00Z
"""
+++*/
with settings as (select starts_at, timezone from dataset),
invoiced as (
    select
        invoice_id, account_id, currency, total, status,
        coalesce(issued_at, issue_at) as issued_at,
        strftime(cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle
    from invoices
    cross join settings
    where status in ('issued', 'paid', 'overdue', 'disputed')
        and coalesce(issued_at, issue_at) >= settings.starts_at
),
attempts as (select * from payments),
refunds as (
    select refund_of as payment_id, sum(amount) as refunded
    from attempts
    where status = 'succeeded' and refund_of is not null
    group by refund_of
),
collected as (
    select
        attempts.payment_id, attempts.invoice_id, attempts.account_id, attempts.currency, attempts.attempted_at,
        attempts.amount + coalesce(refunds.refunded, 0) as amount
    from attempts
    left join refunds using (payment_id)
    where attempts.status = 'succeeded' and attempts.refund_of is null
),
pending as (select invoice_id, account_id from attempts where status = 'pending'),
due as (select invoice_id, expected_total from invoice_differences where state = 'different'),

-- what was paid towards one invoice
direct as (
    select collected.*
    from collected
    semi join invoiced on invoiced.invoice_id = collected.invoice_id and invoiced.currency = collected.currency
),
direct_sums as (
    select
        invoice_id,
        sum(amount) as paid,
        max(amount) as largest,
        arg_max(payment_id, {attempted_at: attempted_at, payment_id: payment_id}) as payment_id,
        max(attempted_at) as attempted_at,
        list({'amount': amount::varchar, 'key': payment_id, 'stream': 'payments'} order by attempted_at, payment_id) as rows
    from direct
    group by invoice_id
),
bills as (
    select
        invoiced.*,
        direct_sums.* exclude (invoice_id),
        invoiced.total - coalesce(direct_sums.paid, 0) as rest
    from invoiced
    left join direct_sums using (invoice_id)
),
equal_payments as (
    select invoice_id, amount, count(*) as payments
    from direct
    where amount > 0
    group by invoice_id, amount
    having count(*) > 1
),
collected_twice as (
    select bills.invoice_id
    from bills
    left join equal_payments using (invoice_id)
    where bills.rest < 0
        and (
            (bills.total > 0 and bills.largest <= bills.total and bills.paid % bills.total = 0)
            or (-bills.rest % equal_payments.amount = 0 and -bills.rest < equal_payments.amount * equal_payments.payments)
        )
),

-- what was paid into an account, for the invoices that billing then marked paid
pooled as (
    select
        account_id, currency, payment_id, attempted_at, amount,
        row_number() over in_order as position,
        sum(amount) over in_order as paid_so_far
    from collected
    where invoice_id is null and amount > 0
    window in_order as (partition by account_id, currency order by attempted_at, payment_id)
),
settled as (
    select account_id, currency, issued_at, cycle, rest
    from bills
    anti join pending using (invoice_id)
    where status = 'paid' and paid is null and rest > 0
),
running as (
    select
        pooled.*,
        pooled.paid_so_far - coalesce(due.rest, 0) as balance,
        due.cycle
    from pooled
    cross join lateral (
        select sum(settled.rest) as rest, arg_max(settled.cycle, settled.issued_at) as cycle
        from settled
        where settled.account_id = pooled.account_id
            and settled.currency = pooled.currency
            and settled.issued_at <= pooled.attempted_at
    ) as due
),
balances as (
    select account_id, currency, arg_max(balance, position) as balance
    from running
    group by account_id, currency
),
right_until as (
    select running.account_id, running.currency, max(running.position) as position
    from running
    join balances using (account_id, currency)
    where running.balance <> balances.balance
    group by running.account_id, running.currency
),
still_open as (
    select account_id, currency, sum(rest) as rest
    from bills
    where rest > 0 and (status <> 'paid' or paid is not null)
    group by account_id, currency
),
never_collected as (
    select account_id, currency, sum(rest) as rest
    from settled
    group by account_id, currency
),

-- a mismatch of either kind; rest is what the payments lack
direct_mismatches as (
    select bills.*
    from bills
    left join balances using (account_id, currency)
    left join never_collected using (account_id, currency)
    left join due using (invoice_id)
    where bills.paid is not null
        and bills.paid is distinct from due.expected_total
        and (
            (bills.rest > 0 and bills.status = 'paid' and coalesce(balances.balance, 0) < bills.rest)
            or (bills.rest < 0 and coalesce(-balances.balance, never_collected.rest, 0) <> -bills.rest)
        )
),
pool_mismatches as (
    select
        running.*,
        case
            when balances.balance > 0 then -greatest(balances.balance - coalesce(still_open.rest, 0), 0)
            else -balances.balance
        end as rest
    from running
    join balances using (account_id, currency)
    left join right_until using (account_id, currency)
    left join still_open using (account_id, currency)
    where running.position = coalesce(right_until.position, 0) + 1
),
mismatches as (
    select
        payment_id, account_id, attempted_at, rest, currency, cycle, total as due, paid,
        [{'amount': total::varchar, 'key': invoice_id, 'stream': 'invoices'}] || rows as rows
    from direct_mismatches
    anti join collected_twice using (invoice_id)
    anti join pending on direct_mismatches.rest > 0 and pending.invoice_id = direct_mismatches.invoice_id
    union all
    select
        payment_id, account_id, attempted_at, rest, currency, cycle, amount + rest as due, amount as paid,
        [{'amount': amount::varchar, 'key': payment_id, 'stream': 'payments'}] as rows
    from pool_mismatches
    where rest <> 0 and -rest < amount
)
select
    mismatches.payment_id as subject_id,
    mismatches.account_id,
    mismatches.attempted_at as occurred_at,
    mismatches.rest as amount,
    mismatches.currency,
    mismatches.cycle,
    {'paid': mismatches.due::varchar} as expected,
    {'paid': mismatches.paid::varchar} as actual,
    mismatches.rows
from mismatches
anti join pending
    on mismatches.rest > 0
    and pending.invoice_id is null
    and pending.account_id = mismatches.account_id
