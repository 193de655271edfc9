/*+++
id = "end_in_crm"
asks = "Had what was charged ended before the cycle that the fee is for began?"
faults = ["recurring_after_end"]
cost = 1

[answer.before]
says = "it had ended before: the bill run went on charging it"
weights = { bill_run_error = 9 }

[answer.within]
says = "it ended within the period, and the change did not reach the bill in time"
weights = { plan_change_not_propagated = 4, crm_error = 3 }
+++*/
-- grain: one answer for each fee of something that CRM has an end for
with lines as (
    select charges.charge_id, charges.subscription_id, charges.product_id, charges.period_start
    from charges
    where charge_id in (select subject_id from asked)
),
ends as (
    select subscription_id, null as product_id, max(case when status = 'terminated' then valid_from else valid_to end) as ended_at
    from subscriptions
    group by subscription_id
    union all
    select subscription_id, product_id, max(valid_to) from product_grants group by subscription_id, product_id
),
ended as (
    select lines.charge_id, lines.period_start, max(ends.ended_at) as ended_at
    from lines
    join ends
        on ends.subscription_id = lines.subscription_id
        and ends.product_id is not distinct from lines.product_id
    where ends.ended_at is not null
    group by lines.charge_id, lines.period_start
)
select
    asked.finding_id,
    if(ended.ended_at <= ended.period_start, 'before', 'within') as answer,
    strftime(ended.ended_at, '%Y-%m-%d') as detail
from asked
join ended on ended.charge_id = asked.subject_id
