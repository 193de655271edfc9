-- grain: one row for each plan that anybody holds or that is for sale: a small number for it and its cap in micro-units.
with holders as (select plan_id from rating_crm union select plan_id from plans),
offers as (select * from plans)
select
    row_number() over (order by holders.plan_id) as plan_no,
    holders.plan_id,
    (offers.roaming_cap::decimal(38, 6) * 1000000)::bigint as cap_micro
from holders
left join offers on offers.plan_id = holders.plan_id
where holders.plan_id is not null
