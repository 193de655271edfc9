-- grain: one row for each CRM row in scope, and for each other row that shares a SIM with one: who holds which plan when.
with crm as (select * from rating_crm),
accounts_in_scope as (select * from rating_accounts),
plan_numbers as (select * from rating_plan_numbers),
sims as (select imsi from crm join accounts_in_scope using (account_id)),
names as (select subscription_id, row_number() over (order by subscription_id) as sub_no from (select distinct subscription_id from crm))
select
    sub_no, subscription_id, account_no, account_id, bill_cycle_day, imsi, plan_no, plan_id, cap_micro, is_stand_in,
    valid_from, valid_to,
    epoch_us(valid_from) as from_us,
    coalesce(epoch_us(valid_to), 9223372036854775807) as to_us
from crm
join names using (subscription_id)
left join accounts_in_scope using (account_id)
left join plan_numbers using (plan_id)
where account_no is not null or imsi in (select imsi from sims)
