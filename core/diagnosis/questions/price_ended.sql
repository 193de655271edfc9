/*+++
id = "price_ended"
asks = "What is wrong with the price that came closest?"
faults = ["not_priced"]
cost = 1

[answer.expired]
says = "it has ended and no other follows it"
weights = { rating_table_stale = 9 }

[answer.unusable]
says = "its unit or its step cannot be used"
weights = { rating_config = 9 }
+++*/
-- grain: one answer for each record whose evidence names a price that has a problem
with problems as (select tariff_id, problem from price_list_problems)
select asked.finding_id, if(problem = 'expired', 'expired', 'unusable') as answer, tariff_id as detail
from asked
join asked_rows on asked_rows.finding_id = asked.finding_id and asked_rows.stream = 'tariffs'
join problems on problems.tariff_id = asked_rows.key
