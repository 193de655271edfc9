-- grain: one forwarded record without a line, with the account that it belongs to
with records as (select * from mediation_records where status = 'forwarded'),
lines as (select record_id from charges where record_id is not null),
owners as (select subscription_id, any_value(account_id) as account_id from subscriptions group by all)
select record_id, account_id
from records
join owners using (subscription_id)
anti join lines using (record_id)
