-- grain: one row for each kind of usage seen: plan, service, direction and zones, on which the competing ladders depend.
with usage as (
    select distinct kind_no, plan_no, service_no, direction_no, destination_no, roaming_no from rating_usage
),
plan_numbers as (select * from rating_plan_numbers)
select usage.*, plan_id, if(direction_no = 1, 'mt', 'mo') as direction
from usage
left join plan_numbers using (plan_no)
