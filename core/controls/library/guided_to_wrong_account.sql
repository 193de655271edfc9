/*+++
id = "guided_to_wrong_account"
title = "Usage on the wrong account"
question = "Is every forwarded record on the subscription whose SIM was used?"
fault = "guided_to_wrong_account"
dimension = "consistency"
area = "network and usage"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "usage assurance"
reads = ["mediation_records", "usage_events", "subscriptions"]
consults = ["accounts", "charges"]
grain = "one row for each forwarded record on another subscription than that of its SIM, on the account wrongly charged"
span = "account"
unit = "forwarded records with a subscription"
root_cause = "mediation_config"
action = "rerate_charge"
causes = [
  "mediation guides by a list of SIMs that is out of date",
  "a SIM or a number changed hands, and mediation took the former holder",
]
corrections = ["take the charge off the wrong account and charge the right one"]
source = "Catalogue S08; contract rating.md 1: the CRM row whose imsi matches and that holds started_at"
eligible = """
select count(*)
from mediation_records
cross join dataset
where mediation_records.status = 'forwarded'
    and mediation_records.subscription_id is not null
    and mediation_records.started_at >= dataset.starts_at
"""

[[example]]
name = "the account that was charged, in its own cycle, the right one in the evidence; the next day the SIM is another's"
expect = """
subject_id | account_id | subscription_id | cycle      | occurred_at          | amount
R1         | A2         | S2              | 2026-02-15 | 2026-03-01T09:00:00Z | 0
R2         | A1         | S1              | 2026-03-01 | 2026-03-05T09:00:00Z | 0
"""
[example.given]
accounts = """
account_id | bill_cycle_day
A1         | 1
A2         | 15
"""
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from           | valid_to
S1              | A1         | I1   | N1     | 2026-01-01T00:00:00Z | 2026-03-05T00:00:00Z
S2              | A2         | I2   | N2     | 2026-01-01T00:00:00Z |
S3              | A2         | I1   | N1     | 2026-03-05T00:00:00Z |
"""
usage_events = """
event_id | imsi | msisdn | started_at
E1       | I1   | N1     | 2026-03-01T09:00:00Z
E2       | I1   | N1     | 2026-03-05T09:00:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at
R1        | E1       | S2              | forwarded | 2026-03-01T09:00:00Z
R2        | E2       | S1              | forwarded | 2026-03-05T09:00:00Z
"""
event_context = """
event_id | account_id | subscription_id
E1       | A1         | S1
E2       | A2         | S3
"""

[[example]]
name = "another subscription of the same account is wrong too"
expect = """
subject_id | account_id | subscription_id
R1         | A1         | S2
"""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn
S1              | A1         | I1   | N1
S2              | A1         | I2   | N2
"""
usage_events = """
event_id | imsi | msisdn | started_at
E1       | I1   | N1     | 2026-03-01T09:00:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at
R1        | E1       | S2              | forwarded | 2026-03-01T09:00:00Z
"""
event_context = """
event_id | account_id | subscription_id
E1       | A1         | S1
"""

[[example]]
name = "its own, a SIM of nobody, suspended, of one of two CRM rows that match, of the number's holder in a mixed-up CRM, taken back"
expect = ""
[example.given]
subscriptions = """
subscription_id | account_id | imsi | msisdn | valid_from
S1              | A1         | I1   | N1     | 2026-01-01T00:00:00Z
S2              | A2         | I2   | N2     | 2026-01-01T00:00:00Z
S3              | A3         | I3   | N3     | 2026-01-01T00:00:00Z
S4              | A4         | I3   | N4     | 2026-02-01T00:00:00Z
S5              | A5         | I6   | N5     | 2026-01-01T00:00:00Z
S6              | A6         | I5   | N6     | 2026-01-01T00:00:00Z
"""
usage_events = """
event_id | imsi | msisdn | started_at
E1       | I1   | N1     | 2026-03-01T09:00:00Z
E2       | I9   | N9     | 2026-03-01T09:00:00Z
E3       | I1   | N1     | 2026-03-01T09:10:00Z
E4       | I3   | N3     | 2026-03-01T09:00:00Z
E5       | I5   | N5     | 2026-03-01T09:00:00Z
E6       | I1   | N1     | 2026-03-01T09:20:00Z
"""
mediation_records = """
record_id | event_id | subscription_id | status    | started_at
R1        | E1       | S1              | forwarded | 2026-03-01T09:00:00Z
R2        | E2       | S1              | forwarded | 2026-03-01T09:00:00Z
R3        | E3       | S2              | suspended | 2026-03-01T09:10:00Z
R4        | E4       | S3              | forwarded | 2026-03-01T09:00:00Z
R5        | E5       | S5              | forwarded | 2026-03-01T09:00:00Z
R6        | E6       | S2              | forwarded | 2026-03-01T09:20:00Z
"""
event_context = """
event_id | account_id | subscription_id
E1       | A1         | S1
E2       |            |
E3       | A1         | S1
E4       | A4         | S4
E5       | A6         | S6
E6       | A1         | S1
"""
charges = """
charge_id | record_id | account_id | kind       | amount | corrects
C6        | R6        | A2         | usage      | 0.50   |
D6        |           | A2         | adjustment | -0.50  | C6
"""
+++*/
with settings as (select starts_at, timezone from dataset),
records as not materialized (
    select mediation_records.record_id, mediation_records.event_id, mediation_records.subscription_id
    from mediation_records
    cross join settings
    where status = 'forwarded' and subscription_id is not null and started_at >= settings.starts_at
),
events as not materialized (select event_id, imsi, msisdn, started_at, source from usage_events),
held as (select subscription_id, account_id, imsi, msisdn, valid_from, valid_to from subscriptions),
cycle_days as (select account_id, bill_cycle_day::int as cycle_day from accounts),
elsewhere as materialized (
    select records.*, events.imsi, events.msisdn, events.started_at
    from records
    join events using (event_id)
    anti join held
        on held.subscription_id = records.subscription_id
        and held.imsi = events.imsi
        and held.valid_from <= events.started_at
        and (held.valid_to is null or held.valid_to > events.started_at)
),
owners as (select event_id, account_id, subscription_id from event_context_of('elsewhere') where subscription_id is not null),

-- where the network's number is that of the subscription charged and not the SIM's, CRM has mixed up the SIMs
numbered as (
    select elsewhere.record_id, held.subscription_id
    from elsewhere
    join held
        on held.msisdn = elsewhere.msisdn
        and held.valid_from <= elsewhere.started_at
        and (held.valid_to is null or held.valid_to > elsewhere.started_at)
),
wrong as materialized (
    select elsewhere.*, owners.subscription_id as right_subscription, owners.account_id as right_account
    from elsewhere
    join owners using (event_id)
    anti join numbered on numbered.record_id = elsewhere.record_id and numbered.subscription_id = elsewhere.subscription_id
    where owners.subscription_id <> elsewhere.subscription_id
),
guided_to as (
    select wrong.record_id, arg_max(held.account_id, held.valid_from) as account_id
    from wrong
    join held using (subscription_id)
    group by wrong.record_id
),
lines as materialized (
    select charge_id, record_id, kind, account_id, amount, corrects
    from charges
    where corrects is not null or record_id in (select record_id from wrong)
),
charged as (
    select lines.record_id, min(lines.account_id) as account_id
    from lines
    semi join wrong using (record_id)
    where lines.kind = 'usage'
    group by lines.record_id
),
corrected as (
    select charged.record_id
    from lines as charged
    join lines as correction on correction.corrects = charged.charge_id
    where charged.kind = 'usage'
    group by charged.record_id, charged.charge_id, charged.amount
    having abs(charged.amount + sum(correction.amount)) < 0.01
),
placed as (
    select
        wrong.*,
        coalesce(charged.account_id, guided_to.account_id) as wrong_account,
        timezone(settings.timezone, wrong.started_at)::date as local_date
    from wrong
    cross join settings
    anti join corrected on corrected.record_id = wrong.record_id
    left join guided_to using (record_id)
    left join charged using (record_id)
)
select
    placed.record_id as subject_id,
    placed.wrong_account as account_id,
    placed.subscription_id,
    placed.started_at as occurred_at,
    strftime(
        make_date(year(local_date), month(local_date), cycle_day) - to_months((day(local_date) < cycle_day)::int), '%Y-%m-%d'
    ) as cycle,
    {'account_id': placed.right_account, 'subscription_id': placed.right_subscription} as expected,
    {'account_id': placed.wrong_account, 'subscription_id': placed.subscription_id} as actual,
    [
        {'key': placed.record_id, 'sim': null, 'stream': 'mediation_records'},
        {'key': placed.event_id, 'sim': placed.imsi, 'stream': 'usage_events'}
    ] as rows
from placed
left join cycle_days on cycle_days.account_id = placed.wrong_account
