-- grain: one row for each line that no rule predicts and that counts as billing has it: estimates, and adjustments that
-- correct nothing, with what takes those back (rule 18).
with billed as (select * from rating_given_charges),
accounts_in_scope as (select * from rating_members),
cycles as (select * from rating_cycles),
free as (select charge_id from billed where estimated or corrects is null),
subs as (select distinct subscription_id, sub_no from rating_periods)
select
    charge_id, invoice_id, account_no, sub_no, kind, cycle_no, is_judged and is_closed as is_closed,
    case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 when 'iot' then 3 end as service_no,
    (amount::decimal(38, 6) * 1000000)::bigint as amount_micro
from billed
join accounts_in_scope using (account_id)
left join subs using (subscription_id)
left join cycles
    on cycles.bill_cycle_day = accounts_in_scope.bill_cycle_day
    and period_start >= cycles.starts_at and period_start < cycles.ends_at
where charge_id in (select charge_id from free) or corrects in (select charge_id from free)
