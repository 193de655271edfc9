-- grain: one account: where its customer is written to, as the latest run saw it
with accounts as (select * from accounts)
select coalesce(email, '') as email, coalesce(phone, '') as phone
from accounts
where account_id = $account
