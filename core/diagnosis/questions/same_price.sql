/*+++
id = "same_price"
asks = "Is the same price wrong on several accounts?"
faults = ["wrong_rate", "wrong_zone", "wrong_rounding", "zero_rated", "not_priced", "wrong_time_band"]
cost = 1

[answer.several]
says = "it is: the price list or its use is wrong, not one line"
weights = { rating_config = 1.5, rating_table_stale = 1.5, rounding_config = 1.5 }

[answer.one]
says = "only here"
weights = { manual_error = 1.5, crm_error = 1.2 }
+++*/
-- grain: one answer for each finding that names the price due
with prices as (
    select finding_id, fault, account_id, coalesce(evidence->>'$.expected.tariff_id', evidence->>'$.actual.tariff_id') as tariff_id
    from findings
    where fault in (select fault from asked)
),
spread as (select fault, tariff_id, count(distinct account_id) as accounts from prices where tariff_id is not null group by all)
select
    asked.finding_id,
    if(spread.accounts >= 3, 'several', 'one') as answer,
    spread.accounts || ' accounts, price ' || spread.tariff_id as detail
from asked
join prices using (finding_id)
join spread on spread.fault = prices.fault and spread.tariff_id = prices.tariff_id
