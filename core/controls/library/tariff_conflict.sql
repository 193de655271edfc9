/*+++
id = "tariff_conflict"
title = "Price list contradicts itself"
question = "Does the price list give one price, and only one, for everything that it should price?"
fault = "tariff_conflict"
dimension = "accuracy"
area = "product and offer"
kind = "threshold"
mode = "preventive"
severity = "high"
owner = "product management"
reads = ["tariffs"]
grain = "one row for each tariff row that has a rival, leaves a gap, has run out, or cannot price anything"
span = "whole"
unit = "tariff rows"
root_cause = "rating_config"
action = "correct_tariff"
causes = [
  "a new price was added and the old one was not ended",
  "the new price begins later than the old one ends",
  "a price ran out and nobody renewed it",
  "a row names a zone that does not exist, or a unit of another service",
]
corrections = ["correct the validity, the zone or the unit of the row, then rate what it touched again"]
source = "Catalogue R04, R05; rating.md 5"
eligible = "select count(*) from tariffs"

[[example]]
name = "an old price that was not ended when the new one began: the row with the greater id is named"
expect = """
subject_id | occurred_at          | amount
T2         | 2026-03-01T00:00:00Z | 0
"""
[example.given]
tariffs = """
tariff_id
T1
T2
"""
price_list_problems = """
tariff_id | problem | rival_id | occurred_at          | statement
T2        | overlap | T1       | 2026-03-01T00:00:00Z | T1 and T2 are equally specific and valid at one time
"""

[[example]]
name = "a gap between two versions: the row that ends before it is named"
expect = """
subject_id | root_cause
T1         | rating_config
"""
[example.given]
tariffs = """
tariff_id
T1
T2
"""
price_list_problems = """
tariff_id | problem | rival_id | statement
T1        | gap     | T2       | T2 begins only some time after T1 has ended
"""

[[example]]
name = "one version after the other, a special price over a general one, working days and week-ends"
expect = ""
[example.given]
tariffs = """
tariff_id | plan_id | days                | valid_to
T1        | *       | any                 | 2026-03-01T00:00:00Z
T2        | *       | any                 |
T3        | P1      | mon,tue,wed,thu,fri |
T4        | P1      | sat,sun,hol         |
"""
+++*/
with problems as (select * from price_list_problems),
price_list as (select * from tariffs)
select
    problems.tariff_id as subject_id,
    occurred_at,
    statement as scope,
    {'problem': 'none', 'rate': null::varchar} as expected,
    {'problem': problem, 'rate': price_list.rate::varchar} as actual,
    list_filter(
        [
            {'key': problems.tariff_id, 'stream': 'tariffs', 'valid_from': price_list.valid_from, 'valid_to': price_list.valid_to},
            {'key': rival_id, 'stream': 'tariffs', 'valid_from': rival.valid_from, 'valid_to': rival.valid_to}
        ],
        lambda row: row.key is not null
    ) as rows
from problems
join price_list using (tariff_id)
left join price_list as rival on rival.tariff_id = rival_id
