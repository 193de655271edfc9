/*+++
id = "plan_changed"
asks = "Did the plan change within two months before?"
faults = ["wrong_plan", "plan_mismatch", "wrong_proration", "recurring_not_charged", "billed_not_active"]
cost = 1

[answer.changed]
says = "it did"
weights = { plan_change_not_propagated = 5 }

[answer.unchanged]
says = "it did not"
weights = { provisioning_error = 3, bill_run_error = 2, rating_config = 2, crm_error = 2 }
+++*/
-- grain: one answer for each finding of a subscription
with periods as (
    select subscription_id, valid_from, plan_id, lag(plan_id) over (partition by subscription_id order by valid_from) as former_plan
    from subscriptions
    where subscription_id in (select subscription_id from asked)
),
changes as (select subscription_id, valid_from from periods where former_plan <> plan_id)
select
    asked.finding_id,
    if(count(changes.valid_from) > 0, 'changed', 'unchanged') as answer,
    strftime(max(changes.valid_from), '%Y-%m-%d') as detail
from asked
left join changes
    on changes.subscription_id = asked.subscription_id
    and changes.valid_from <= asked.occurred_at
    and changes.valid_from > asked.occurred_at - interval 62 days
where asked.subscription_id is not null
group by asked.finding_id
