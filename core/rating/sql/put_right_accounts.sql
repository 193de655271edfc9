-- grain: one row for each account that a finding concerns, and for each whose usage it is.
with subjects as (select * from review_subjects),
events as (select event_id, imsi, started_at from usage_events where event_id in (select event_id from subjects))
select account_id from subjects where account_id is not null
union
select account_id
from events
join subscriptions using (imsi)
where started_at >= valid_from and (valid_to is null or started_at < valid_to)
