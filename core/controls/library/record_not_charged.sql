/*+++
id = "record_not_charged"
title = "Usage not billed"
question = "Did every record that mediation forwarded become a charge line in time?"
fault = "record_not_charged"
dimension = "completeness"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "billing assurance"
reads = ["mediation_records", "charges"]
consults = ["subscriptions", "tariffs"]
grain = "one row for each forwarded record without a usage line past its deadline"
unit = "forwarded records past their rating deadline"
root_cause = "rating_config"
action = "add_charge"
causes = [
  "rating refused the record or lost it on loading",
  "the bill run left the account out",
]
corrections = ["rate the record and add its charge line"]
source = "Catalogue U03, B01, R02; contract faults.yaml; rating.md 10 (what no tariff prices has no line), 18 (a line added later puts it right)"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.status = 'forwarded'
    and mediation_records.mediated_at < dataset.as_of - to_hours(dataset.mediation_hours)
    and mediation_records.started_at >= dataset.starts_at
"""

[[example]]
name = "a forwarded record without a line, a second past its deadline, on its account and cycle"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
R1         | A1         | S1              | 2026-03-01 | 2026-03-01T09:00:00Z | 0
"""
[example.given]
dataset = """
as_of
2026-03-02T10:00:01Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
R2        | E2       | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
charges = """
charge_id | record_id | kind
C2        | R2        | usage
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-03-01
"""

[[example]]
name = "only a usage line counts, and without the network's event the record's own subscription names the account"
expect = """
subject_id | account_id | subscription_id
R1         | A1         | S1
"""
[example.given]
subscriptions = """
subscription_id | account_id
S1              | A1
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at           | mediated_at
R1        | E1       | S1              | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
charges = """
charge_id | record_id | kind
C1        | R1        | adjustment
"""

[[example]]
name = "on the second of the deadline, not forwarded, charged 0, charged late, and from before the data starts"
expect = ""
[example.given]
dataset = """
as_of                | starts_at
2026-03-02T10:00:00Z | 2026-03-01T00:00:00Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
R2        | E2       | discarded | 2026-03-01T00:10:00Z | 2026-03-01T00:15:00Z
R3        | E3       | forwarded | 2026-03-01T00:10:00Z | 2026-03-01T00:15:00Z
R4        | E4       | forwarded | 2026-03-01T00:10:00Z | 2026-03-01T00:15:00Z
R5        | E5       | forwarded | 2026-02-28T23:59:00Z | 2026-03-01T00:15:00Z
"""
charges = """
charge_id | record_id | kind  | amount | rated_at
C3        | R3        | usage | 0      | 2026-03-01T00:20:00Z
C4        | R4        | usage | 1      | 2026-03-02T09:00:00Z
"""

[[example]]
name = "a record that no tariff can price has no line: that is not_priced"
expect = ""
[example.given]
mediation_records = """
record_id | event_id | status    | service | direction | started_at           | mediated_at
R1        | E1       | forwarded | voice   | mo        | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
event_context = """
event_id | account_id | plan_id | roaming_zone | destination_zone
E1       | A1         | P1      | home         | unknown
"""
tariffs = """
tariff_id | plan_id | service | direction | roaming_zone | destination_zone
T1        | P1      | voice   | mo        | home         | national
T2        | P2      | voice   | mo        | home         | any
T3        | *       | sms     | mo        | home         | any
"""
+++*/
with settings as (
    select starts_at, as_of - to_hours(mediation_hours) as mediated_before from dataset
),
records as (select * from mediation_records where status = 'forwarded'),
lines as (select record_id from charges where kind = 'usage' and record_id is not null),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
contexts as (select * from event_context),
prices as (select * from tariffs),
price_list as (select count(*) as tariffs from prices),
uncharged as (
    select records.*
    from records
    cross join settings
    anti join lines on lines.record_id = records.record_id
    where records.mediated_at < settings.mediated_before
        and records.started_at >= settings.starts_at
),
known as (select contexts.* from contexts semi join uncharged using (event_id)),
placed as (
    select
        uncharged.*,
        coalesce(known.account_id, holders.account_id) as account_id,
        coalesce(known.subscription_id, uncharged.subscription_id) as owner_id,
        known.plan_id,
        known.cycle,
        coalesce(known.roaming_zone, uncharged.roaming_zone) as zone,
        coalesce(known.destination_zone, uncharged.destination_zone) as called_zone
    from uncharged
    left join known using (event_id)
    left join holders on holders.subscription_id = uncharged.subscription_id
),
priced as (
    select distinct placed.record_id
    from placed
    join prices
        on prices.service = placed.service
        and prices.plan_id in ('*', placed.plan_id)
        and prices.direction in ('any', placed.direction)
        and prices.roaming_zone in ('any', placed.zone)
        and prices.destination_zone in ('any', placed.called_zone)
        and prices.valid_from <= placed.started_at
        and (prices.valid_to is null or prices.valid_to > placed.started_at)
)
select
    placed.record_id as subject_id,
    placed.account_id,
    placed.owner_id as subscription_id,
    placed.started_at as occurred_at,
    placed.cycle,
    {'charge_lines': 1} as expected,
    {'charge_lines': 0} as actual,
    [{
        'event_id': placed.event_id, 'key': placed.record_id, 'mediated_at': placed.mediated_at,
        'quantity': placed.quantity, 'service': placed.service, 'started_at': placed.started_at,
        'stream': 'mediation_records'
    }] as rows
from placed
cross join price_list
left join priced using (record_id)
where priced.record_id is not null or placed.plan_id is null or price_list.tariffs = 0
