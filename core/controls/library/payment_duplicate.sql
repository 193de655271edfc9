/*+++
id = "payment_duplicate"
title = "Collected twice"
question = "Was no invoice collected twice without the money going back?"
fault = "payment_duplicate"
dimension = "integrity"
area = "receivables"
kind = "cross-system"
mode = "detective"
severity = "high"
owner = "receivables"
reads = ["payments", "invoices"]
grain = "one row for each payment that collects again what had been collected"
span = "account"
unit = "payments that came in"
root_cause = "payment_gateway"
action = "refund_payment"
causes = [
  "the gateway timed out after it had collected, and the attempt was made again",
  "a customer paid by transfer what was debited too",
]
corrections = [
  "refund the second payment",
]
source = "Catalogue P03; rating.md 17 (invoiced minus collected), 18 (refunds, part payments, payments without an invoice)"
eligible = """
select count(*) from payments where status = 'succeeded' and refund_of is null
"""

[params.days_apart]
default = 7
unit = "days"
means = "two equal payments without an invoice are one made twice when they are closer than this"

[[example]]
name = "the second of two payments of the whole, and of three parts the one that came twice"
expect = """
subject_id | account_id | amount | cycle      | occurred_at
P2         | A1         | -20    | 2026-02-01 | 2026-03-10T10:02:00Z
P4         | A2         | -12    | 2026-02-01 | 2026-03-10T10:02:00Z
"""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | attempted_at
P1         | I1         | A1         | 20     | succeeded | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 20     | succeeded | 2026-03-10T10:02:00Z
P3         | I2         | A2         | 12     | succeeded | 2026-03-10T10:00:00Z
P4         | I2         | A2         | 12     | succeeded | 2026-03-10T10:02:00Z
P5         | I2         | A2         | 8      | succeeded | 2026-03-11T10:00:00Z
"""

[[example]]
name = "a transfer for two invoices that came twice within days"
expect = """
subject_id | amount
P2         | -50
"""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2025-12-31T23:00:00Z | 2026-02-06T05:00:00Z
I2         | A1         | 30    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | account_id | amount | status    | attempted_at
P1         | A1         | 50     | succeeded | 2026-03-10T10:00:00Z
P2         | A1         | 50     | succeeded | 2026-03-12T10:00:00Z
"""

[[example]]
name = "refunded, charged back, still pending, equal parts of one bill, and two equal bills"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I3         | A3         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I4         | A4         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I5         | A5         | 20    | paid   | 2025-12-31T23:00:00Z | 2026-02-06T05:00:00Z
I6         | A5         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status     | refund_of | attempted_at
P1         | I1         | A1         | 20     | succeeded  |           | 2026-03-10T10:00:00Z
P2         | I1         | A1         | 20     | succeeded  |           | 2026-03-10T10:02:00Z
P3         | I1         | A1         | -20    | succeeded  | P2        | 2026-03-12T10:00:00Z
P4         | I2         | A2         | 20     | chargeback |           | 2026-03-10T10:00:00Z
P5         | I2         | A2         | 20     | succeeded  |           | 2026-03-11T10:00:00Z
P6         | I3         | A3         | 20     | succeeded  |           | 2026-03-10T10:00:00Z
P7         | I3         | A3         | 20     | pending    |           | 2026-03-11T10:00:00Z
P8         | I4         | A4         | 10     | succeeded  |           | 2026-03-10T10:00:00Z
P9         | I4         | A4         | 10     | succeeded  |           | 2026-03-11T10:00:00Z
P10        |            | A5         | 20     | succeeded  |           | 2026-03-10T10:00:00Z
P11        |            | A5         | 20     | succeeded  |           | 2026-03-12T10:00:00Z
"""

[[example]]
name = "too much by another sum is payment_mismatch"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | total | status | cycle_start          | issued_at
I1         | A1         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
I2         | A2         | 20    | paid   | 2026-01-31T23:00:00Z | 2026-03-06T05:00:00Z
"""
payments = """
payment_id | invoice_id | account_id | amount | status    | attempted_at
P1         | I1         | A1         | 40     | succeeded | 2026-03-10T10:00:00Z
P2         | I2         | A2         | 15     | succeeded | 2026-03-10T10:00:00Z
P3         | I2         | A2         | 6      | succeeded | 2026-03-11T10:00:00Z
"""
+++*/
with settings as (select starts_at, timezone from dataset),
invoiced as (
    select
        invoice_id, account_id, total,
        strftime(cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle
    from invoices
    cross join settings
    where status in ('issued', 'paid', 'overdue', 'disputed')
        and coalesce(issued_at, issue_at) >= settings.starts_at
),
attempts as (select * from payments where status = 'succeeded'),
refunds as (select refund_of as payment_id, sum(amount) as refunded from attempts where refund_of is not null group by refund_of),
collected as (
    select attempts.* replace (attempts.amount + coalesce(refunds.refunded, 0) as amount)
    from attempts
    left join refunds using (payment_id)
    where attempts.refund_of is null and attempts.amount + coalesce(refunds.refunded, 0) > 0
),

-- what was collected for one invoice beyond its total
direct as (
    select
        collected.payment_id, collected.account_id, collected.attempted_at, collected.amount, collected.currency,
        invoiced.invoice_id, invoiced.cycle,
        coalesce(sum(collected.amount) over (in_order rows between unbounded preceding and 1 preceding), 0) >= invoiced.total as was_paid,
        row_number() over (partition by invoiced.invoice_id, collected.amount order by attempted_at, payment_id) > 1 as is_repeated,
        sum(collected.amount) over (partition by invoiced.invoice_id) - invoiced.total as excess
    from collected
    join invoiced on invoiced.invoice_id = collected.invoice_id
    window in_order as (partition by invoiced.invoice_id order by attempted_at, payment_id)
),
-- what was paid into the account beyond what its other invoices came to
owed as (
    select invoiced.account_id, sum(invoiced.total) as total
    from invoiced
    anti join direct using (invoice_id)
    group by invoiced.account_id
),
pooled as (
    select
        payment_id, collected.account_id, attempted_at, amount, currency, null as invoice_id, null as cycle,
        false as was_paid,
        attempted_at - lag(attempted_at) over (partition by collected.account_id, amount order by attempted_at, payment_id)
            < to_days($days_apart) as is_repeated,
        sum(amount) over (partition by collected.account_id) - coalesce(owed.total, 0) as excess
    from collected
    left join owed using (account_id)
    where invoice_id is null
),
again as (
    select
        *,
        sum(amount) over (
            partition by account_id, invoice_id order by is_repeated desc, attempted_at desc, payment_id desc
        ) as taken
    from (from direct union all by name from pooled)
    where excess > 0 and (was_paid or is_repeated) and amount <= excess
)
select
    payment_id as subject_id,
    account_id,
    attempted_at as occurred_at,
    -amount as amount,
    currency,
    cycle,
    {'collected': '0'} as expected,
    {'collected': amount::varchar} as actual,
    [{'amount': amount::varchar, 'key': payment_id, 'stream': 'payments'}] as rows
from again
where taken <= excess
