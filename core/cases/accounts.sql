-- grain: one row for each account that a finding names
with named as (select distinct account_id from findings where account_id is not null)

select account_id, name, segment, country, vulnerable, contact_allowed, language
from accounts
semi join named using (account_id)
