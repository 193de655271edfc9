/*+++
id = "event_late"
title = "Usage came after its invoice"
question = "Did usage come in a file that was on time, yet after the invoice of its cycle was issued?"
fault = "event_late"
dimension = "timeliness"
area = "network and usage"
kind = "threshold"
mode = "detective"
severity = "medium"
owner = "usage assurance"
reads = ["usage_events", "usage_files", "invoices"]
consults = ["partners"]
grain = "one row for each event of an on-time file that came after the invoice of its cycle had gone out"
span = "account"
unit = "usage events"
root_cause = "element_outage"
action = "no_action"
causes = [
  "an element held records back and put them in a later file",
  "a clock that was wrong dated the usage into another cycle",
]
corrections = ["none on this bill: the usage goes on the next invoice, in its own period"]
source = "Catalogue U09; contract rating.md 15; contract faults.yaml: in an on-time file, yet received after issued_at"
eligible = """
select count(*)
from usage_events
cross join dataset
where usage_events.started_at >= dataset.starts_at
"""

[[example]]
name = "usage of March in a file of April that was on time, a second after the invoice of March"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount | root_cause
E1         | A1         | S1              | 2026-03-01 | 2026-04-06T10:00:01Z | 0      | element_outage
E2         | A1         | S1              | 2026-03-01 | 2026-04-09T10:00:00Z | 0      | partner_delay
"""
[example.given]
dataset = """
as_of
2026-04-20T00:00:00Z
"""
partners = """
partner_id | delivery_hours
FRAF1      | 72
"""
usage_files = """
file_id | source    | partner_id | kind    | status   | period_end           | received_at
F1      | msc-01    |            | element | accepted | 2026-04-06T08:00:00Z | 2026-04-06T10:00:01Z
F2      | tap:FRAF1 | FRAF1      | tap     | accepted | 2026-04-06T10:00:00Z | 2026-04-09T10:00:00Z
"""
usage_events = """
event_id | file_id | source    | started_at           | received_at
E1       | F1      | msc-01    | 2026-03-20T09:00:00Z | 2026-04-06T10:00:01Z
E2       | F2      | tap:FRAF1 | 2026-03-20T09:00:00Z | 2026-04-09T10:00:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
E2       | A1         | S1              | 2026-03-01
"""
invoices = """
invoice_id | account_id | status | cycle_start          | cycle_end            | issued_at
I3         | A1         | issued | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | 2026-04-06T10:00:00Z
"""

[[example]]
name = "as the invoice was issued, in a late file, on a draft, of another cycle, from a test file"
expect = ""
[example.given]
dataset = """
as_of
2026-04-20T00:00:00Z
"""
usage_files = """
file_id | source | kind    | status   | period_end           | received_at
F1      | msc-01 | element | accepted | 2026-04-06T08:00:00Z | 2026-04-06T10:00:00Z
F2      | msc-01 | element | accepted | 2026-04-06T08:00:00Z | 2026-04-07T08:00:01Z
F3      | msc-01 | element | accepted | 2026-04-08T08:00:00Z | 2026-04-08T10:00:00Z
F4      | msc-01 | test    | accepted | 2026-04-08T08:00:00Z | 2026-04-08T10:00:00Z
"""
usage_events = """
event_id | file_id | started_at           | received_at
E1       | F1      | 2026-03-20T09:00:00Z | 2026-04-06T10:00:00Z
E2       | F2      | 2026-03-20T09:00:00Z | 2026-04-07T08:00:01Z
E3       | F3      | 2026-03-20T09:00:00Z | 2026-04-08T10:00:00Z
E4       | F3      | 2026-04-01T09:00:00Z | 2026-04-08T10:00:00Z
E5       | F4      | 2026-03-20T09:00:00Z | 2026-04-08T10:00:00Z
"""
event_context = """
event_id | account_id | cycle
E1       | A1         | 2026-03-01
E2       | A1         | 2026-03-01
E3       | A2         | 2026-03-01
E4       | A1         | 2026-04-01
E5       | A1         | 2026-03-01
"""
invoices = """
invoice_id | account_id | status | cycle_start          | cycle_end            | issued_at
I3         | A1         | issued | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | 2026-04-06T10:00:00Z
J3         | A2         | draft  | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z |
"""
+++*/
with settings as (select starts_at, as_of, timezone, element_delivery_hours from dataset),
bills as (
    select invoice_id, account_id, strftime(timezone(timezone, cycle_start), '%Y-%m-%d') as cycle, cycle_end, issued_at
    from invoices
    cross join settings
    where issued_at is not null and status <> 'void'
),
quickest as (select min(issued_at - cycle_end) as delay from bills),
agreements as (select partner_id, delivery_hours, valid_from, valid_to from partners),
files as (
    select usage_files.file_id, usage_files.partner_id
    from usage_files
    cross join settings
    left join agreements
        on agreements.partner_id = usage_files.partner_id
        and usage_files.period_end >= agreements.valid_from
        and (agreements.valid_to is null or usage_files.period_end < agreements.valid_to)
    where usage_files.kind not in ('nrtrde', 'rap', 'test')
        and usage_files.status in ('accepted', 'partial')
        and usage_files.received_at <= usage_files.period_end + to_hours(
            case when usage_files.partner_id is null then settings.element_delivery_hours else agreements.delivery_hours end
        )
),

-- usage that came sooner after it began than any invoice after its cycle cannot be late
slow as materialized (
    select usage_events.*, files.partner_id
    from usage_events
    cross join settings
    cross join quickest
    join files using (file_id)
    where usage_events.started_at >= settings.starts_at
        and usage_events.received_at > usage_events.started_at + quickest.delay
),
known as (select * exclude (partner_id) from event_context_of('slow'))
select
    slow.event_id as subject_id,
    known.account_id,
    known.subscription_id,
    slow.received_at as occurred_at,
    known.cycle,
    case when slow.partner_id is not null then 'partner_delay' end as root_cause,
    {'received_before': bills.issued_at} as expected,
    {'received_before': slow.received_at} as actual,
    [
        {'file_id': slow.file_id, 'key': slow.event_id, 'started_at': slow.started_at, 'stream': 'usage_events'},
        {'file_id': null, 'key': bills.invoice_id, 'started_at': null, 'stream': 'invoices'}
    ] as rows,
    slow.source as scope
from slow
join known using (event_id)
join bills on bills.account_id = known.account_id and bills.cycle = known.cycle
where slow.received_at > bills.issued_at
