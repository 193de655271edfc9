/*+++
id = "not_priced"
title = "Usage without a price"
question = "Does the price list have a price for every record that mediation forwarded?"
fault = "not_priced"
dimension = "accuracy"
area = "rating and billing"
kind = "cross-system"
mode = "preventive"
severity = "high"
owner = "product management"
reads = ["mediation_records", "tariffs"]
grain = "one row for each forwarded record for which no tariff matches, or only one that cannot be used"
span = "account"
unit = "forwarded records"
root_cause = "rating_config"
action = "correct_tariff"
causes = [
  "a tariff ran out or was never set up",
  "a destination or a network is in no zone",
  "the tariff that matches has a unit of another service or no increment",
]
corrections = ["complete the price list and send the records through rating again"]
source = "Catalogue R02; rating.md 5, 10: such a record has no line and counts nowhere"
eligible = "select count(*) from mediation_records where status = 'forwarded' and exists (select 1 from tariffs)"

[[example]]
name = "a record for which no tariff matches, on its account and cycle, without an amount"
expect = """
subject_id | account_id | cycle      | occurred_at          | amount
R1         | A1         | 2026-03-01 | 2026-03-05T09:00:00Z | 0
"""
[example.given]
mediation_records = """
record_id | event_id | status
R1        | E1       | forwarded
"""
tariffs = """
tariff_id
T1
"""
unpriced = """
record_id | event_id | account_id | started_at           | cycle      | reason
R1        | E1       | A1         | 2026-03-05T09:00:00Z | 2026-03-01 | no tariff matches
"""

[[example]]
name = "usage of nobody, usage from before the data starts, and usage without a record are other questions"
expect = ""
[example.given]
dataset = """
starts_at
2026-03-01T00:00:00Z
"""
mediation_records = """
record_id | status
R1        | forwarded
R2        | forwarded
"""
tariffs = """
tariff_id
T1
"""
unpriced = """
record_id | event_id | started_at           | cycle      | reason
R1        | E1       | 2026-03-05T09:00:00Z |            | no subscription matches
R2        | E2       | 2026-02-25T09:00:00Z | 2026-02-01 | no tariff matches
          | E3       | 2026-03-05T09:00:00Z | 2026-03-01 | no tariff matches
"""
+++*/
with settings as (select timezone(timezone, starts_at)::date as first_date from dataset),
without_price as (select * from unpriced where record_id is not null and reason <> 'no subscription matches')
select
    record_id as subject_id,
    account_id,
    subscription_id,
    started_at as occurred_at,
    cycle,
    {'prices': 1} as expected,
    {'prices': 0} as actual,
    list_filter(
        [
            {'key': record_id, 'reason': reason, 'stream': 'mediation_records'},
            {'key': event_id, 'reason': null, 'stream': 'usage_events'},
            {'key': tariff_id, 'reason': null, 'stream': 'tariffs'}
        ],
        lambda row: row.key is not null
    ) as rows
from without_price
cross join settings
where cycle::date >= first_date
