-- grain: one row for each of the islands' findings; what they show of an account beside them is not the whole of it
insert into judged by name
with here as (select key as account_id from island_keys where kind = 'account')
select fresh_findings.*
from fresh_findings
where account_id is null or account_id in (from here)
