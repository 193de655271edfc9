/*+++
id = "record_discarded"
title = "Billable usage discarded"
question = "Did mediation throw away usage that somebody should have paid for?"
fault = "record_discarded"
dimension = "completeness"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["mediation_records"]
consults = ["usage_events", "usage_files", "subscriptions", "provisioning", "charges"]
grain = "one row for each discarded record of answered, chargeable usage of a customer"
span = "account"
unit = "records of mediation"
root_cause = "mediation_config"
action = "recycle_records"
causes = [
  "a filter rule is wider than it was meant to be",
  "a customer's SIM stands on the list of test SIMs",
]
corrections = ["correct the rule and recycle the records, then rate them"]
source = "Catalogue U03, T02; not billable: test and internal SIMs, unanswered calls, usage of nothing, copies, test and near-real-time files, nobody's SIM"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.started_at >= dataset.starts_at
"""

[params.own_use_reasons]
default = "test_sim,test,internal,own_use"
unit = "reasons"
means = "what mediation gives as its reason for own and test SIMs; believed only where the network's list of SIMs is absent"

[[example]]
name = "an answered call of a customer, whatever the reason, on its account; without the network's event by the record's own word"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
R1         | A1         | S1              | 2026-03-01 | 2026-03-01T09:00:00Z | 0
R2         | A1         | S1              |            | 2026-03-01T10:00:00Z | 0
"""
[example.given]
subscriptions = """
subscription_id | account_id
S1              | A1
"""
provisioning = """
imsi | sim_use
I1   | customer
"""
usage_events = """
event_id | imsi | service | duration_s | started_at
E1       | I1   | voice   | 60         | 2026-03-01T09:00:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | reason   | service | quantity | started_at
R1        | E1       |                 | discarded | test_sim | voice   | 60       | 2026-03-01T09:00:00Z
R2        | E2       | S1              | discarded |          | sms     | 1        | 2026-03-01T10:00:00Z
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "a test SIM, an internal one, an unanswered call, a call of no length, a session of no bytes, a SIM that is nobody's"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id
S1              | A1
"""
provisioning = """
imsi | sim_use  | active_from          | active_to
I1   | customer | 2026-01-01T00:00:00Z |
I2   | test     | 2026-01-01T00:00:00Z |
I3   | internal | 2026-01-01T00:00:00Z | 2026-03-02T00:00:00Z
"""
usage_events = """
event_id | imsi | service | duration_s | bytes_up | cause_code   | started_at
E1       | I2   | voice   | 60         | 0        |              | 2026-03-01T09:00:00Z
E2       | I3   | voice   | 60         | 0        |              | 2026-03-01T09:00:00Z
E3       | I1   | voice   | 60         | 0        | not answered | 2026-03-01T09:00:00Z
E4       | I1   | voice   | 0          | 0        |              | 2026-03-01T09:10:00Z
E5       | I1   | data    | 60         | 0        |              | 2026-03-01T09:20:00Z
E6       | I9   | data    | 60         | 9        |              | 2026-03-01T09:20:00Z
"""
mediation_records = """
record_id | event_id | status    | service | quantity | started_at
R1        | E1       | discarded | voice   | 60       | 2026-03-01T09:00:00Z
R2        | E2       | discarded | voice   | 60       | 2026-03-01T09:00:00Z
R3        | E3       | discarded | voice   | 60       | 2026-03-01T09:00:00Z
R4        | E4       | discarded | voice   | 0        | 2026-03-01T09:10:00Z
R5        | E5       | discarded | data    | 0        | 2026-03-01T09:20:00Z
R6        | E6       | discarded | data    | 9        | 2026-03-01T09:20:00Z
"""
event_context = """
event_id | account_id | subscription_id
E1       |            |
E2       | A1         | S1
E3       | A1         | S1
E4       | A1         | S1
E5       | A1         | S1
E6       |            |
"""

[[example]]
name = "a copy of usage that was forwarded, usage of a rejected and of a near-real-time file, charged by hand, from before the data starts"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
usage_files = """
file_id | source    | kind    | status
F1      | msc-01    | element | accepted
F2      | msc-01    | element | rejected
F3      | tap:FRAF1 | nrtrde  | accepted
"""
usage_events = """
event_id | file_id | imsi | service | duration_s | started_at
E1       | F1      | I1   | voice   | 60         | 2026-03-01T09:00:00Z
E2       | F1      | I1   | voice   | 60         | 2026-03-01T09:00:00Z
E3       | F2      | I1   | voice   | 60         | 2026-03-01T09:10:00Z
E4       | F3      | I1   | voice   | 60         | 2026-03-01T09:20:00Z
E5       | F1      | I1   | voice   | 60         | 2026-03-01T09:30:00Z
E6       | F1      | I1   | voice   | 60         | 2026-02-28T09:30:00Z
"""
mediation_records = """
record_id | event_id | status    | service | quantity | started_at
R1        | E1       | forwarded | voice   | 60       | 2026-03-01T09:00:00Z
R2        | E2       | discarded | voice   | 60       | 2026-03-01T09:00:00Z
R3        | E3       | discarded | voice   | 60       | 2026-03-01T09:10:00Z
R4        | E4       | discarded | voice   | 60       | 2026-03-01T09:20:00Z
R5        | E5       | discarded | voice   | 60       | 2026-03-01T09:30:00Z
R6        | E6       | discarded | voice   | 60       | 2026-02-28T09:30:00Z
"""
event_context = """
event_id | account_id | subscription_id
E2       | A1         | S1
E3       | A1         | S1
E4       | A1         | S1
E5       | A1         | S1
E6       | A1         | S1
"""
charges = """
charge_id | record_id | kind
C5        | R5        | usage
"""

[[example]]
name = "without CRM and the network's list of SIMs the record's subscription and reason count"
expect = """
subject_id
R2
"""
[example.given]
usage_events = """
event_id | imsi | service | duration_s | started_at
E1       | I1   | voice   | 60         | 2026-03-01T09:00:00Z
E2       | I1   | voice   | 60         | 2026-03-01T09:10:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | reason   | service | quantity | started_at
R1        | E1       | S1              | discarded | test_sim | voice   | 60       | 2026-03-01T09:00:00Z
R2        | E2       | S1              | discarded | filter   | voice   | 60       | 2026-03-01T09:10:00Z
R3        | E3       |                 | discarded | filter   | voice   | 60       | 2026-03-01T09:20:00Z
"""
+++*/
with settings as (select starts_at from dataset),
discarded as materialized (
    select mediation_records.*
    from mediation_records
    cross join settings
    where status = 'discarded' and started_at >= settings.starts_at and quantity > 0
),
events as not materialized (select * from usage_events),
apart as (select file_id from usage_files where status = 'rejected' or kind in ('nrtrde', 'rap', 'test')),
sims as (select imsi, sim_use, active_from, active_to from provisioning),
list_of_sims as (select count(*) as sims from sims),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
customers as (select count(*) as customers from holders),
lines as not materialized (select record_id from charges where kind = 'usage' and record_id is not null),
seen as materialized (select events.* from events semi join discarded using (event_id)),
not_billable as (
    select event_id from seen semi join apart using (file_id)
    union all
    select event_id from seen where replace(lower(coalesce(cause_code, '')), ' ', '_') = 'not_answered'
    union all
    select seen.event_id
    from seen
    semi join sims
        on sims.imsi = seen.imsi
        and sims.sim_use <> 'customer'
        and seen.started_at >= sims.active_from
        and (sims.active_to is null or seen.started_at < sims.active_to)
),
moments as (select events.* from events semi join seen using (imsi, started_at) anti join apart using (file_id)),
copies as (
    select distinct seen.event_id
    from seen
    join moments
        on moments.imsi = seen.imsi
        and moments.started_at = seen.started_at
        and moments.event_id <> seen.event_id
        and moments.service = seen.service
        and moments.direction = seen.direction
        and moments.duration_s = seen.duration_s
        and moments.bytes_up = seen.bytes_up
        and moments.bytes_down = seen.bytes_down
        and moments.other_party is not distinct from seen.other_party
        and moments.partial_sequence is not distinct from seen.partial_sequence
        and (seen.service <> 'sms' or moments.file_id <> seen.file_id)
    anti join discarded on discarded.event_id = moments.event_id
),
known as (select event_id, account_id, subscription_id, cycle from event_context_of('discarded')),
owned as (
    select
        discarded.*,
        known.cycle,
        case when seen.event_id is null then holders.account_id else known.account_id end as account_id,
        case
            when seen.event_id is null or customers.customers = 0 then discarded.subscription_id
            else known.subscription_id
        end as owner_id
    from discarded
    cross join customers
    left join seen using (event_id)
    left join known using (event_id)
    left join holders on holders.subscription_id = discarded.subscription_id
)
select
    owned.record_id as subject_id,
    owned.account_id,
    owned.owner_id as subscription_id,
    owned.started_at as occurred_at,
    owned.cycle,
    {'status': 'forwarded'} as expected,
    {'status': owned.status} as actual,
    [{
        'event_id': owned.event_id, 'key': owned.record_id, 'mediated_at': owned.mediated_at,
        'quantity': owned.quantity, 'reason': owned.reason, 'service': owned.service,
        'started_at': owned.started_at, 'stream': 'mediation_records'
    }] as rows
from owned
cross join list_of_sims
anti join not_billable using (event_id)
anti join copies using (event_id)
anti join lines on lines.record_id = owned.record_id
where owned.owner_id is not null
    and (list_of_sims.sims > 0 or not list_contains(string_split($own_use_reasons, ','), coalesce(owned.reason, '')))
