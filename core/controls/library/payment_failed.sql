/*+++
id = "payment_failed"
title = "Failed payment not tried again"
question = "Was every payment that failed for a reason that may pass tried again?"
fault = "payment_failed"
dimension = "integrity"
area = "receivables"
kind = "cross-system"
mode = "detective"
severity = "high"
owner = "receivables"
reads = ["payments"]
consults = ["invoices"]
grain = "one row for each last attempt that failed for a passing reason, with nothing paid since"
span = "account"
unit = "payments that failed for a reason that may pass"
root_cause = "payment_gateway"
action = "retry_payment"
causes = [
  "the gateway was out of reach and the retry queue stands",
  "the account had no money on the day",
]
corrections = [
  "try again, once, on another day",
]
source = "Catalogue P02; requirement Q3 (only after a definite failure); faults.yaml (issuer_timeout, gateway_error, insufficient_funds; an expired or stolen card or a closed account is not worth it)"
eligible = """
select count(*) from payments where status = 'failed' and failure_code in ('issuer_timeout', 'gateway_error', 'insufficient_funds')
"""
open_items = """
with settings as (select as_of from dataset),
last_attempts as (
    select payment_id, account_id, attempted_at, status, failure_code
    from payments
    where refund_of is null
    qualify row_number() over (
        partition by account_id, coalesce(invoice_id, amount::varchar) order by attempted_at desc, payment_id desc
    ) = 1
)
select payment_id as subject_id, account_id, attempted_at as since, attempted_at + to_hours($retry_hours) as due_at
from last_attempts
cross join settings
where status = 'failed'
    and failure_code in ('issuer_timeout', 'gateway_error', 'insufficient_funds')
    and attempted_at + to_hours($retry_hours) >= settings.as_of
"""

[params.retry_hours]
default = 96
unit = "hours"
means = "an attempt is made again within this time"

[[example]]
name = "a timeout four days ago, an empty account, and an invoice that is overdue since"
expect = """
subject_id | account_id | amount | root_cause
P1         | A1         | 0      | payment_gateway
P2         | A2         | 0      | customer_payment_method
"""
[example.given]
invoices = """
invoice_id | account_id | total | status  | cycle_start          | issued_at
I1         | A1         | 20    | issued  | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I2         | A2         | 20    | overdue | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status | failure_code       | attempted_at
P1         | I1         | A1         | 20     | failed | issuer_timeout     | 2026-03-10T10:00:00Z
P2         | I2         | A2         | 20     | failed | insufficient_funds | 2026-03-10T10:00:00Z
"""

[[example]]
name = "of two failures the last counts"
expect = """
subject_id
P2
"""
[example.given]
payments = """
payment_id | invoice_id | account_id | amount | status | failure_code  | attempted_at
P1         | I1         | A1         | 20     | failed | gateway_error | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 20     | failed | gateway_error | 2026-03-12T10:00:00Z
"""

[[example]]
name = "tried again, paid since by itself or with others, voided, an expired card, and a failure of yesterday"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I3         | A3         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I6         | A6         | 20    | void   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | failure_code       | attempted_at
P1         | I1         | A1         | 20     | failed    | issuer_timeout     | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 20     | pending   |                    | 2026-03-12T10:00:00Z
P3         | I2         | A2         | 20     | succeeded |                    | 2026-03-09T10:00:00Z
P4         | I2         | A2         | 20     | failed    | gateway_error      | 2026-03-10T10:00:00Z
P5         | I3         | A3         | 20     | failed    | insufficient_funds | 2026-03-10T10:00:00Z
P6         |            | A3         | 70     | succeeded |                    | 2026-03-15T10:00:00Z
P7         | I4         | A4         | 20     | failed    | expired_card       | 2026-03-10T10:00:00Z
P8         | I5         | A5         | 20     | failed    | issuer_timeout     | 2026-03-30T10:00:00Z
P9         | I6         | A6         | 20     | failed    | issuer_timeout     | 2026-03-10T10:00:00Z
"""

[[example]]
name = "a failed attempt is open while it may be made again"
expect = ""
expect_open = """
subject_id | account_id | since                | due_at
P1         | A1         | 2026-03-30T10:00:00Z | 2026-04-03T10:00:00Z
"""
[example.given]
payments = """
payment_id | invoice_id | account_id | amount | status | failure_code  | attempted_at
P1         | I1         | A1         | 20     | failed | gateway_error | 2026-03-30T10:00:00Z
P2         | I2         | A1         | 20     | failed | expired_card  | 2026-03-30T10:00:00Z
"""
+++*/
with settings as (select as_of, timezone from dataset),
bills as (
    select
        invoice_id, total, status,
        strftime(cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle
    from invoices
    cross join settings
),
attempts as (select * from payments),
paid as (
    select invoice_id, sum(amount) as paid
    from attempts
    where status = 'succeeded' and invoice_id is not null
    group by invoice_id
),
into_account as (select account_id, attempted_at, amount from attempts where invoice_id is null and status in ('succeeded', 'pending')),
last_attempts as (
    select *
    from attempts
    where refund_of is null
    qualify row_number() over (
        partition by account_id, coalesce(invoice_id, amount::varchar) order by attempted_at desc, payment_id desc
    ) = 1
)
select
    last_attempts.payment_id as subject_id,
    last_attempts.account_id,
    last_attempts.attempted_at as occurred_at,
    last_attempts.currency,
    bills.cycle,
    if(failure_code = 'insufficient_funds', 'customer_payment_method', 'payment_gateway') as root_cause,
    {'attempts_after': 1} as expected,
    {'attempts_after': 0} as actual,
    [{
        'amount': last_attempts.amount::varchar, 'failure_code': failure_code, 'key': last_attempts.payment_id,
        'stream': 'payments'
    }] as rows
from last_attempts
cross join settings
left join bills using (invoice_id)
left join paid using (invoice_id)
anti join into_account
    on into_account.account_id = last_attempts.account_id
    and into_account.attempted_at >= last_attempts.attempted_at
    and into_account.amount >= last_attempts.amount
where last_attempts.status = 'failed'
    and failure_code in ('issuer_timeout', 'gateway_error', 'insufficient_funds')
    and last_attempts.attempted_at + to_hours($retry_hours) < settings.as_of
    and coalesce(bills.status, '') <> 'void'
    and coalesce(paid.paid, 0) < coalesce(bills.total, last_attempts.amount)
