-- grain: one row for each account that a finding names or that waits for an answer
with named as (
    select account_id from findings where account_id is not null
    union
    select account_id from complainants
)

select account_id, name, segment, country, vulnerable, contact_allowed, language, currency
from accounts
semi join named using (account_id)
