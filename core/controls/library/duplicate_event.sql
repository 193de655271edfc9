/*+++
id = "duplicate_event"
title = "Usage delivered twice"
question = "Did any usage come twice and pass mediation twice?"
fault = "duplicate_event"
dimension = "integrity"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["usage_events"]
consults = ["usage_files", "mediation_records", "charges"]
grain = "one row for each copy that came after another of the same usage and was not marked a duplicate"
span = "account"
unit = "usage events of files that are billed from"
root_cause = "duplicate_delivery"
action = "remove_charge"
causes = [
  "a file was delivered again under another name",
  "two elements reported one call",
  "a transfer was repeated after a time-out",
]
corrections = ["reverse the charge of the copy", "let mediation compare with what it took before"]
source = "Catalogue U05, U06; fingerprint: SIM, other party, start, duration, bytes, cell, network, part of a session"
eligible = """
select count(*)
from usage_events
cross join dataset
anti join (select file_id from usage_files where status = 'rejected' or kind in ('nrtrde', 'rap', 'test')) as apart
    on apart.file_id = usage_events.file_id
where usage_events.started_at >= dataset.starts_at
"""

[[example]]
name = "the copy that came later; of two that came together the greater id; three copies are two too many"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
E1         | A1         | S1              | 2026-03-01 | 2026-03-02T00:10:00Z | 0
E4         | A1         | S1              | 2026-03-01 | 2026-03-01T12:10:00Z | 0
E5         |            |                 |            | 2026-03-03T00:10:00Z | 0
"""
[example.given]
usage_events = """
event_id | file_id | imsi | other_party | service | duration_s | started_at           | received_at
E2       | F1      | I1   | 48601       | voice   | 60         | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E1       | F2      | I1   | 48601       | voice   | 60         | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E3       | F1      | I1   |             | data    | 5          | 2026-03-01T09:30:00Z | 2026-03-01T12:10:00Z
E4       | F1      | I1   |             | data    | 5          | 2026-03-01T09:30:00Z | 2026-03-01T12:10:00Z
E5       | F3      | I1   |             | data    | 5          | 2026-03-01T09:30:00Z | 2026-03-03T00:10:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
E4       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "two equal messages came again in another file: two copies; a part of a session that came again is one"
expect = """
subject_id
E3
E4
P3
"""
[example.given]
usage_events = """
event_id | file_id | file_position | imsi | other_party | service | call_ref | partial_sequence | started_at           | received_at
E1       | F1      | 1             | I1   | 48601       | sms     |          |                  | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F1      | 2             | I1   | 48601       | sms     |          |                  | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E3       | F2      | 1             | I1   | 48601       | sms     |          |                  | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E4       | F2      | 2             | I1   | 48601       | sms     |          |                  | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
P1       | F1      | 3             | I2   |             | data    | C1       | 1                | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
P2       | F1      | 4             | I2   |             | data    | C1       | 2                | 2026-03-01T11:00:00Z | 2026-03-01T12:10:00Z
P3       | F2      | 3             | I2   |             | data    | C1       | 2                | 2026-03-01T11:00:00Z | 2026-03-02T00:10:00Z
"""

[[example]]
name = "two equal messages of one second in one file, the same clock an hour later, another number, cell or length"
expect = ""
[example.given]
usage_events = """
event_id | file_id | imsi | other_party | service | duration_s | cell | started_at           | received_at
E1       | F1      | I1   | 48601       | sms     | 0          | c1   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F1      | I1   | 48601       | sms     | 0          | c1   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E3       | F1      | I2   | 48601       | voice   | 60         | c1   | 2026-10-25T00:30:00Z | 2026-10-25T12:10:00Z
E4       | F1      | I2   | 48601       | voice   | 60         | c1   | 2026-10-25T01:30:00Z | 2026-10-25T12:10:00Z
E5       | F1      | I3   | 48601       | voice   | 60         | c1   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E6       | F1      | I3   | 48602       | voice   | 60         | c1   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E7       | F1      | I3   | 48601       | voice   | 60         | c2   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E8       | F1      | I3   | 48601       | voice   | 61         | c1   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
"""

[[example]]
name = "a rejected file and its resend, a near-real-time report of the same call, a test file, usage from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source    | kind    | status
F1      | msc-01    | element | rejected
F2      | msc-01    | element | accepted
F3      | tap:FRAF1 | nrtrde  | accepted
F4      | tap:FRAF1 | tap     | accepted
F5      | msc-01    | test    | accepted
"""
usage_events = """
event_id | file_id | imsi | service | started_at           | received_at
E1       | F1      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F2      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T18:10:00Z
E3       | F3      | I2   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
E4       | F4      | I2   | voice   | 2026-03-01T09:00:00Z | 2026-03-02T09:00:00Z
E5       | F5      | I3   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E6       | F5      | I3   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E7       | F2      | I4   | voice   | 2026-02-28T09:00:00Z | 2026-03-01T12:10:00Z
E8       | F2      | I4   | voice   | 2026-02-28T09:00:00Z | 2026-03-01T12:10:00Z
"""

[[example]]
name = "a copy that mediation marked, and one whose charge was reversed in full; a reversal in part is not enough"
expect = """
subject_id
E6
"""
[example.given]
usage_events = """
event_id | file_id | imsi | service | started_at           | received_at
E1       | F1      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F2      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E3       | F1      | I2   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E4       | F2      | I2   | voice   | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E5       | F1      | I3   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E6       | F2      | I3   | voice   | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
"""
mediation_records = """
record_id | event_id | status
R2        | E2       | duplicate
R4        | E4       | forwarded
R6        | E6       | forwarded
"""
charges = """
charge_id | record_id | kind       | amount | corrects
C4        | R4        | usage      | 1.20   |
D4        |           | adjustment | -1.20  | C4
C6        | R6        | usage      | 1.20   |
D6        |           | adjustment | -1.00  | C6
"""
+++*/
with settings as (select starts_at from dataset),
apart as (select file_id from usage_files where status = 'rejected' or kind in ('nrtrde', 'rap', 'test')),
records as not materialized (select record_id, event_id, status from mediation_records),
events as not materialized (
    select usage_events.*
    from usage_events
    cross join settings
    anti join apart using (file_id)
    where usage_events.started_at >= settings.starts_at
),
moments as (
    select hash(imsi, started_at) as moment from events group by moment having count(*) > 1
),
crowded as materialized (select events.* from events semi join moments on moments.moment = hash(events.imsi, events.started_at)),
marked as (select records.event_id from records semi join crowded using (event_id) where records.status = 'duplicate'),

-- two equal messages of one second in one file are two messages: each is compared with its like in another file
numbered as (
    select
        crowded.*,
        case when service = 'sms' then row_number() over (
            partition by file_id, imsi, started_at, direction, other_party, serving_plmn, cell, duration_s, bytes_up, bytes_down
            order by file_position, event_id
        ) else 1 end as turn
    from crowded
    anti join marked using (event_id)
),
compared as (
    select
        *,
        first_value({event_id: event_id, file_id: file_id, received_at: received_at}) over alike as original,
        row_number() over alike as copy
    from numbered
    window alike as (
        partition by
            imsi, started_at, service, direction, other_party, serving_plmn, cell, apn,
            duration_s, bytes_up, bytes_down, call_ref, partial_sequence, turn
        order by received_at, event_id
    )
),
copies as (select * from compared where copy > 1),
copied_records as materialized (select records.record_id, records.event_id from records semi join copies using (event_id)),
lines as materialized (
    select charge_id, record_id, kind, amount, corrects
    from charges
    where corrects is not null or record_id in (select record_id from copied_records)
),
corrected as (
    select copied_records.event_id
    from copied_records
    join lines as charged using (record_id)
    join lines as correction on correction.corrects = charged.charge_id
    where charged.kind = 'usage'
    group by copied_records.event_id, charged.charge_id, charged.amount
    having abs(charged.amount + sum(correction.amount)) < 0.01
),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('copies'))
select
    copies.event_id as subject_id,
    known.account_id,
    known.subscription_id,
    copies.received_at as occurred_at,
    known.cycle,
    {'deliveries': 1::bigint} as expected,
    {'deliveries': copies.copy} as actual,
    [
        {
            'file_id': copies.file_id, 'imsi': copies.imsi, 'key': copies.event_id, 'position': 'copy',
            'received_at': copies.received_at, 'started_at': copies.started_at, 'stream': 'usage_events'
        },
        {
            'file_id': copies.original.file_id, 'imsi': copies.imsi, 'key': copies.original.event_id, 'position': 'first',
            'received_at': copies.original.received_at, 'started_at': copies.started_at, 'stream': 'usage_events'
        }
    ] as rows,
    copies.source as scope
from copies
anti join corrected using (event_id)
left join known using (event_id)
