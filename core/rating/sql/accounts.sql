-- grain: one row for each account in scope: a small number for it and its cycle day; 1 for one that CRM does not tell about.
with customers as (select account_id, bill_cycle_day from accounts),
holders as (select distinct account_id from rating_crm),
wanted as (select * from rating_wanted)
select
    row_number() over (order by account_id) as account_no,
    account_id,
    coalesce(bill_cycle_day, 1) as bill_cycle_day
from customers
full join holders using (account_id)
where account_id in (select account_id from wanted) or not exists (select 1 from wanted)
