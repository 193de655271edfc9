/*+++
id = "charge_late"
title = "Charged after the invoice"
question = "Was every line rated before the invoice of its cycle was issued?"
fault = "charge_late"
dimension = "timeliness"
area = "rating and billing"
kind = "cross-system"
mode = "detective"
severity = "low"
owner = "billing assurance"
reads = ["charges", "invoices"]
consults = ["mediation_records", "usage_events", "usage_files"]
grain = "one row for each line rated after the issue of the invoice of the cycle that it is about"
span = "account"
unit = "lines that are no credits, corrections or estimates"
root_cause = "bill_run_error"
action = "no_action"
causes = [
  "the usage itself came late",
  "rating stood still over the end of the cycle",
]
corrections = ["none: the line keeps its period and goes on the next invoice"]
source = "Catalogue U09; rating.md 15"
eligible = """
select count(*)
from charges
where kind <> 'adjustment' and not estimated and corrects is null
    and exists (select 1 from invoices where issued_at is not null)
"""

[[example]]
name = "a call of March, rated a second after the invoice of March was issued"
expect = """
subject_id | account_id | amount | occurred_at          | cycle      | caused_by_fault
C1         | A1         | 0      | 2026-04-03T10:00:01Z | 2026-03-01 |
"""
[example.given]
invoices = """
invoice_id | account_id | cycle_start          | cycle_end            | issued_at
I1         | A1         | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | 2026-04-03T10:00:00Z
"""
charges = """
charge_id | account_id | kind  | amount | period_start         | rated_at
C1        | A1         | usage | 2      | 2026-03-05T10:00:00Z | 2026-04-03T10:00:01Z
C2        | A1         | usage | 2      | 2026-03-05T10:00:00Z | 2026-04-03T10:00:00Z
"""

[[example]]
name = "the usage came late, with its file or alone, or mediation was late: that is what it follows from"
expect = """
subject_id | caused_by_fault | caused_by_subject | root_cause
C1         | event_late      | E1                | element_outage
C2         | file_late       | F2                | partner_delay
C3         | record_late     | R3                | mediation_backlog
"""
[example.given]
invoices = """
invoice_id | account_id | cycle_start          | cycle_end            | issued_at
I1         | A1         | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | 2026-04-03T10:00:00Z
"""
charges = """
charge_id | record_id | account_id | kind  | period_start         | rated_at
C1        | R1        | A1         | usage | 2026-03-05T10:00:00Z | 2026-04-04T12:00:00Z
C2        | R2        | A1         | usage | 2026-03-05T10:00:00Z | 2026-04-04T12:00:00Z
C3        | R3        | A1         | usage | 2026-03-05T10:00:00Z | 2026-04-04T12:00:00Z
"""
mediation_records = """
record_id | event_id | mediated_at
R1        | E1       | 2026-04-04T11:30:00Z
R2        | E2       | 2026-04-04T11:30:00Z
R3        | E3       | 2026-04-04T11:30:00Z
"""
usage_events = """
event_id | file_id | received_at
E1       | F1      | 2026-04-04T11:00:00Z
E2       | F2      | 2026-04-04T11:00:00Z
E3       | F3      | 2026-03-05T12:00:00Z
"""
usage_files = """
file_id | partner_id | received_at
F1      |            | 2026-03-05T12:00:00Z
F2      | FRAF1      | 2026-04-04T11:00:00Z
F3      | FRAF1      | 2026-03-05T12:00:00Z
"""

[[example]]
name = "a credit for March, a correction, an estimate, a cycle without an invoice, and one that is not issued yet"
expect = ""
[example.given]
invoices = """
invoice_id | account_id | cycle_start          | cycle_end            | issued_at
I1         | A1         | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | 2026-04-03T10:00:00Z
I2         | A2         | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z |
"""
charges = """
charge_id | account_id | kind       | estimated | corrects | period_start         | rated_at
C0        | A1         | usage      | false     |          | 2026-03-05T10:00:00Z | 2026-03-05T11:00:00Z
C1        | A1         | adjustment | false     |          | 2026-03-05T10:00:00Z | 2026-04-05T10:00:00Z
C2        | A1         | usage      | false     | C0       | 2026-03-05T10:00:00Z | 2026-04-05T10:00:00Z
C3        | A1         | usage      | true      |          | 2026-03-05T10:00:00Z | 2026-04-05T10:00:00Z
C4        | A1         | usage      | false     |          | 2026-04-02T10:00:00Z | 2026-04-05T10:00:00Z
C5        | A2         | usage      | false     |          | 2026-03-05T10:00:00Z | 2026-04-05T10:00:00Z
"""
+++*/
with settings as (select timezone from dataset),
bills as (select account_id, cycle_start, cycle_end, issued_at from invoices where issued_at is not null and status <> 'void'),
quickest as (select min(issued_at - cycle_end) as delay from bills),

-- what was rated sooner after it began than any invoice after its cycle cannot be late
slow as materialized (
    select charges.*
    from charges
    cross join quickest
    where kind <> 'adjustment' and not estimated and corrects is null and rated_at > period_start + delay
),
late as (
    select slow.*, bills.cycle_start, bills.issued_at
    from slow
    join bills using (account_id)
    where period_start >= cycle_start and period_start < cycle_end and rated_at > issued_at
),
records as (select record_id, event_id, mediated_at from mediation_records semi join late using (record_id)),
events as (select event_id, file_id, received_at from usage_events semi join records using (event_id)),
files as (select file_id, partner_id, received_at as file_received_at from usage_files semi join events using (file_id)),
traced as (
    select
        late.*, records.event_id, events.file_id, files.partner_id,
        records.mediated_at > late.issued_at as is_record_late,
        events.received_at > late.issued_at as is_event_late,
        file_received_at > late.issued_at as is_file_late
    from late
    left join records using (record_id)
    left join events using (event_id)
    left join files using (file_id)
)
select
    charge_id as subject_id,
    account_id,
    subscription_id,
    rated_at as occurred_at,
    0::decimal(18, 6) as amount,
    strftime(timezone(settings.timezone, cycle_start), '%Y-%m-%d') as cycle,
    case
        when is_file_late or is_event_late then if(partner_id is null, 'element_outage', 'partner_delay')
        when is_record_late then 'mediation_backlog'
        else 'bill_run_error'
    end as root_cause,
    {'rated_at': issued_at} as expected,
    {'rated_at': rated_at} as actual,
    [{'invoice_id': invoice_id, 'key': charge_id, 'record_id': record_id, 'stream': 'charges'}] as rows,
    case when is_file_late then 'file_late' when is_event_late then 'event_late' when is_record_late then 'record_late' end as caused_by_fault,
    case when is_file_late then file_id when is_event_late then event_id when is_record_late then record_id end as caused_by_subject
from traced
cross join settings
