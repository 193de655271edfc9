-- grain: one row for each mediation record of the account's subscriptions, or of its events wherever it was guided
with own as (select distinct subscription_id from subscriptions where account_id = $account),
events as (select distinct event_id from usage_events)
select * from whole_mediation_records semi join own using (subscription_id)
union all
select *
from whole_mediation_records
where (subscription_id is null or subscription_id not in (select subscription_id from own))
    and event_id in (select event_id from events)
