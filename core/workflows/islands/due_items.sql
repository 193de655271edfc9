-- grain: one row for each account of which an open item of the last run has come to its deadline
insert into island_keys
with known as (select key from island_keys where kind = 'account')
select distinct 'account', account_id, 0
from open_before
cross join dataset
where account_id is not null and due_at < dataset.as_of and account_id not in (from known)
