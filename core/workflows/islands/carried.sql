-- grain: one row for each row of the last run that is of an account on no island
with here as (select key as account_id from island_keys where kind = 'account')
select rows_before.*
from rows_before
where account_id is not null and account_id not in (from here)
