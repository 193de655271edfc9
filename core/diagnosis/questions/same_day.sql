/*+++
id = "same_day"
asks = "Did many things go the same way within the same day?"
faults = ["event_not_mediated", "record_suspended", "record_discarded", "record_late", "record_not_charged"]
cost = 1

[answer.burst]
says = "at least ten did, on at least five accounts"
weights = { mediation_backlog = 2, element_outage = 2, rating_config = 2 }

[answer.scattered]
says = "they are scattered"
weights = { mediation_config = 1.2 }
+++*/
-- grain: one answer for each finding
with days as (
    select fault, occurred_at::date as day, count(*) as findings, count(distinct account_id) as accounts
    from findings
    group by all
)
select
    asked.finding_id,
    if(days.findings >= 10 and days.accounts >= 5, 'burst', 'scattered') as answer,
    days.findings || ' on that day' as detail
from asked
join days on days.fault = asked.fault and days.day = asked.occurred_at::date
