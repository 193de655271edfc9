-- grain: one row for each invoice, and for each subscription and service on it where a discount or a minimum may depend on them:
-- the usage billed there.
with billed as (select * from charges where kind = 'usage' and invoice_id is not null),
stays as (select subscription_id, plan_id from subscriptions),
minimums as (select plan_id from plans where minimum_spend is not null),
granted as (select subscription_id from promotion_grants),
reduced as (
    select subscription_id from granted
    union
    select subscription_id from stays semi join minimums using (plan_id)
)
select
    billed.invoice_id,
    reduced.subscription_id,
    if(reduced.subscription_id is null, null, service) as service,
    sum(amount) as amount
from billed
left join reduced using (subscription_id)
group by all
