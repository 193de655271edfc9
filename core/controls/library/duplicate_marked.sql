/*+++
id = "duplicate_marked"
title = "Usage delivered twice, caught in mediation"
question = "Which usage came twice and was held back by mediation as a duplicate?"
fault = "duplicate_event"
dimension = "integrity"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "low"
owner = "usage assurance"
reads = ["usage_events", "mediation_records"]
grain = "one row for each copy that mediation marked a duplicate and that came after another of the same usage"
span = "account"
unit = "records of mediation"
root_cause = "duplicate_delivery"
action = "no_action"
causes = ["a file was delivered again under another name", "a transfer was repeated after a time-out"]
corrections = ["none on the bill; ask the source not to deliver again"]
source = "Catalogue U05, U06; contract faults.yaml: a copy that mediation marked has no amount and needs no action"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.started_at >= dataset.starts_at
"""

[[example]]
name = "a marked copy, on its account"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
E2         | A1         | S1              | 2026-03-01 | 2026-03-02T00:10:00Z | 0
"""
[example.given]
usage_events = """
event_id | file_id | imsi | service | started_at           | received_at
E1       | F1      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F2      | I1   | voice   | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z
R2        | E2       | duplicate | 2026-03-01T09:00:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E2       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "marked although nothing like it came before, a copy that was forwarded, and one from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_events = """
event_id | file_id | imsi | service | duration_s | started_at           | received_at
E1       | F1      | I1   | voice   | 60         | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E2       | F2      | I1   | voice   | 61         | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E3       | F1      | I2   | voice   | 60         | 2026-03-01T09:00:00Z | 2026-03-01T12:10:00Z
E4       | F2      | I2   | voice   | 60         | 2026-03-01T09:00:00Z | 2026-03-02T00:10:00Z
E5       | F1      | I3   | voice   | 60         | 2026-02-28T09:00:00Z | 2026-03-01T12:10:00Z
E6       | F2      | I3   | voice   | 60         | 2026-02-28T09:00:00Z | 2026-03-02T00:10:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z
R2        | E2       | duplicate | 2026-03-01T09:00:00Z
R4        | E4       | forwarded | 2026-03-01T09:00:00Z
R6        | E6       | duplicate | 2026-02-28T09:00:00Z
"""
+++*/
with settings as (select starts_at from dataset),
marked as (
    select mediation_records.record_id, mediation_records.event_id, mediation_records.mediated_at
    from mediation_records
    cross join settings
    where status = 'duplicate' and started_at >= settings.starts_at
),
events as not materialized (select * from usage_events),
copies as (select events.*, marked.record_id, marked.mediated_at from events join marked using (event_id)),
moments as (select events.* from events semi join copies using (imsi, started_at)),
compared as (
    select
        copies.event_id,
        any_value(copies) as copy,
        arg_min(moments.event_id, row(moments.received_at, moments.event_id)) as original_id
    from copies
    join moments
        on moments.imsi = copies.imsi
        and moments.started_at = copies.started_at
        and moments.service = copies.service
        and moments.direction = copies.direction
        and moments.duration_s = copies.duration_s
        and moments.bytes_up = copies.bytes_up
        and moments.bytes_down = copies.bytes_down
        and moments.other_party is not distinct from copies.other_party
        and moments.partial_sequence is not distinct from copies.partial_sequence
        and (moments.received_at, moments.event_id) < (copies.received_at, copies.event_id)
    group by copies.event_id
),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('compared'))
select
    compared.event_id as subject_id,
    known.account_id,
    known.subscription_id,
    compared.copy.received_at as occurred_at,
    known.cycle,
    {'deliveries': 1} as expected,
    {'deliveries': 2} as actual,
    [
        {'file_id': compared.copy.file_id, 'key': compared.event_id, 'position': 'copy', 'stream': 'usage_events'},
        {'file_id': null, 'key': compared.original_id, 'position': 'first', 'stream': 'usage_events'},
        {'file_id': null, 'key': compared.copy.record_id, 'position': 'marked', 'stream': 'mediation_records'}
    ] as rows,
    compared.copy.source as scope
from compared
left join known using (event_id)
