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
consults = ["accounts", "subscriptions", "usage_events"]
grain = "one row for each forwarded record without a usage line past its deadline"
span = "account"
unit = "forwarded records past their rating deadline"
root_cause = "rating_config"
action = "add_charge"
causes = [
  "rating refused the record or lost it on loading",
  "the bill run left the account out",
]
corrections = ["rate the record and add its charge line"]
source = "Catalogue U03, B01, R02; contract faults.yaml (mediation_hours; lines of the bill 3 hours after the cycle's end); rating.md 10 (what no tariff prices has no line), 18 (a line added later puts it right)"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.status = 'forwarded'
    and mediation_records.mediated_at < dataset.as_of - to_hours(dataset.mediation_hours)
    and mediation_records.started_at >= dataset.starts_at
"""
open_items = """
with settings as (select as_of, starts_at, timezone as tz, to_hours(mediation_hours) as allowed from dataset),
lines as not materialized (
    select record_id, account_id, period_start from charges where kind = 'usage' and record_id is not null
),
customers as (select account_id, bill_cycle_day, to_days(bill_cycle_day::int - 1) as days_in from accounts),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
without_price as (select record_id from unpriced where reason <> 'no subscription matches'),
events as not materialized (select event_id from usage_events),
uncharged as (
    select record_id, mediated_at, mediated_at + settings.allowed as earliest_at, holders.account_id,
        event_id in (select event_id from events) as is_seen,
        timezone(tz, date_trunc('month', timezone(tz, started_at) - days_in) + days_in + interval 1 month) as cycle_end,
        timezone(tz, date_trunc('month', timezone(tz, started_at) - days_in) + days_in) as cycle_start,
        bill_cycle_day
    from mediation_records
    cross join settings
    anti join lines using (record_id)
    anti join without_price using (record_id)
    left join holders using (subscription_id)
    left join customers on customers.account_id = holders.account_id
    where status = 'forwarded' and started_at >= settings.starts_at
),
charged_as_they_run as (
    select distinct bill_cycle_day, cycle_start
    from lines
    join customers using (account_id)
    join (select distinct bill_cycle_day, cycle_start from uncharged) as running using (bill_cycle_day)
    where lines.period_start >= running.cycle_start
),
waiting as (
    select uncharged.*,
        case
            when charged_as_they_run.cycle_start is not null or cycle_end is null or not is_seen then earliest_at
            else greatest(earliest_at, cycle_end + to_hours($bill_hours))
        end as due_at
    from uncharged
    left join charged_as_they_run using (bill_cycle_day, cycle_start)
)
select record_id as subject_id, account_id, mediated_at as since, due_at
from waiting
cross join settings
where due_at >= settings.as_of
"""

[params.bill_hours]
default = 3
unit = "hours"
means = "where billing writes no lines while a cycle runs, they are due this long after the cycle's end"

[[example]]
name = "a forwarded record without a line, a second past its deadline, on its account and cycle"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
R1         | A1         | S1              | 2026-02-01 | 2026-02-28T09:00:00Z | 0
"""
[example.given]
dataset = """
as_of
2026-03-02T10:00:01Z
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-02-28T09:00:00Z | 2026-03-01T10:00:00Z
R2        | E2       | forwarded | 2026-02-28T09:00:00Z | 2026-03-01T10:00:00Z
"""
charges = """
charge_id | record_id | kind
C2        | R2        | usage
"""
event_context = """
event_id | account_id | subscription_id | cycle
E1       | A1         | S1              | 2026-02-01
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
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-01T09:00:00Z | 2026-03-01T10:00:00Z
"""
unpriced = """
record_id | event_id | reason
R1        | E1       | no tariff matches
"""

[[example]]
name = "in a running cycle: billing has charged other calls of that cycle, so this one is due"
expect = """
subject_id
R1
"""
[example.given]
dataset = """
as_of
2026-03-20T00:00:00Z
"""
accounts = """
account_id | bill_cycle_day
A1         | 1
A2         | 1
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-05T09:00:00Z | 2026-03-05T10:00:00Z
"""
event_context = """
event_id | account_id | cycle
E1       | A1         | 2026-03-01
"""
charges = """
charge_id | record_id | account_id | kind  | period_start
C9        | R9        | A2         | usage | 2026-03-07T09:00:00Z
"""

[[example]]
name = "in a cycle that billing charges at its end: due with the bill, three hours after, not before"
expect = ""
[example.given]
dataset = """
as_of
2026-04-01T00:59:00Z
"""
accounts = """
account_id | bill_cycle_day
A1         | 1
A2         | 15
"""
mediation_records = """
record_id | event_id | status    | started_at           | mediated_at
R1        | E1       | forwarded | 2026-03-05T09:00:00Z | 2026-03-05T10:00:00Z
"""
event_context = """
event_id | account_id | cycle
E1       | A1         | 2026-03-01
"""
charges = """
charge_id | record_id | account_id | kind  | period_start
C8        | R8        | A1         | usage | 2026-02-20T09:00:00Z
C9        | R9        | A2         | usage | 2026-03-20T09:00:00Z
"""

[[example]]
name = "a record is open until billing has had its time; where billing writes no lines while a cycle runs, until after its end"
expect = ""
expect_open = """
subject_id | account_id | since                | due_at
R1         | A1         | 2026-03-10T10:00:00Z | 2026-04-01T01:00:00Z
"""
[example.given]
dataset = """
as_of
2026-03-12T00:00:00Z
"""
accounts = """
account_id | bill_cycle_day
A1         | 1
"""
subscriptions = """
subscription_id | account_id
S1              | A1
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at           | mediated_at
R1        | E1       | S1              | forwarded | 2026-03-10T09:00:00Z | 2026-03-10T10:00:00Z
"""
usage_events = """
event_id | started_at
E1       | 2026-03-10T09:00:00Z
"""
event_context = """
event_id | account_id | cycle
E1       | A1         | 2026-03-01
"""
+++*/
with settings as (
    select as_of, starts_at, timezone, as_of - to_hours(mediation_hours) as mediated_before from dataset
),
records as (select * from mediation_records where status = 'forwarded'),
lines as not materialized (
    select record_id, account_id, period_start from charges where kind = 'usage' and record_id is not null
),
cycle_days as (select account_id, bill_cycle_day from accounts),
holders as (select subscription_id, max(account_id) as account_id from subscriptions group by subscription_id),
without_price as (select record_id from unpriced where reason <> 'no subscription matches'),
uncharged as (
    select records.*
    from records
    cross join settings
    anti join lines on lines.record_id = records.record_id
    anti join without_price on without_price.record_id = records.record_id
    where records.mediated_at < settings.mediated_before
        and records.started_at >= settings.starts_at
),
known as (select * from event_context_of('uncharged')),
placed as (
    select
        uncharged.*,
        coalesce(known.account_id, holders.account_id) as account_id,
        coalesce(known.subscription_id, uncharged.subscription_id) as owner_id,
        known.cycle
    from uncharged
    left join known using (event_id)
    left join holders on holders.subscription_id = uncharged.subscription_id
),

-- cycles whose bill is still to be written, and those of them that billing charges as they run
running_cycles as (
    select distinct
        placed.cycle,
        day(placed.cycle::date) as cycle_day,
        timezone(settings.timezone, placed.cycle::timestamp) as cycle_start
    from placed
    cross join settings
    where settings.as_of
        < timezone(settings.timezone, placed.cycle::timestamp + interval 1 month) + to_hours($bill_hours)
),
charged_as_they_run as (
    select distinct running_cycles.cycle
    from lines
    join cycle_days using (account_id)
    join running_cycles
        on running_cycles.cycle_day = cycle_days.bill_cycle_day
        and running_cycles.cycle_start <= lines.period_start
),
not_due as (select cycle from running_cycles anti join charged_as_they_run using (cycle))
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
anti join not_due using (cycle)
