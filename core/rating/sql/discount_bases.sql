-- grain: one row for each subscription and closed cycle with a discount: its plan fees and the usage of each service, micro-units.
with turns as (select distinct sub_no, account_no, cycle_no from rating_discount_turns),
usage_sums as (
    select account_no, sub_no, cycle_no, service_no, amount_micro from rating_usage_sums
    union all
    select account_no, sub_no, cycle_no, service_no, amount_micro from rating_given_lines where kind = 'usage' and sub_no is not null
),
services as (
    select
        sub_no, account_no, cycle_no,
        sum(if(service_no = 0, amount_micro, 0))::hugeint as voice,
        sum(if(service_no = 1, amount_micro, 0))::hugeint as sms,
        sum(if(service_no = 2, amount_micro, 0))::hugeint as data,
        sum(if(service_no = 3, amount_micro, 0))::hugeint as iot
    from usage_sums
    group by all
),
plan_fees as (
    select sub_no, account_no, cycle_no, sum(amount_micro)::hugeint as fees from rating_fees where plan_id is not null group by all
)
select
    turns.*, coalesce(fees, 0) as fees,
    coalesce(voice, 0) as voice, coalesce(sms, 0) as sms, coalesce(data, 0) as data, coalesce(iot, 0) as iot
from turns
left join services using (sub_no, account_no, cycle_no)
left join plan_fees using (sub_no, account_no, cycle_no)
