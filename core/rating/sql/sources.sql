-- grain: one row for each thing to draw free usage from: passes, then free units, then what plans include, in levels in which
-- they can be drawn one after another (rule 8). A level never depends on a later one.
with passes as (select * from rating_passes),
units as (select * from rating_counting_promotions where kind = 'free_units'),
allowed as (select * from allowances),
shared as (select distinct service from allowed where plan_id = '*'),
drawn as (
    select 0 as stage, grant_id as source_id, max(level) as level, any_value(capacity) as capacity from passes group by grant_id
    union all
    select 1, grant_id, max(level), any_value(floor(value)::bigint) from units group by grant_id
    union all
    select
        2, allowance_id,
        row_number() over (partition by service, if(service in (select service from shared), null, plan_id) order by priority, allowance_id),
        quantity
    from allowed
)
select
    row_number() over (order by stage, source_id) as source_no,
    stage, source_id, capacity,
    dense_rank() over (order by stage, level) as level
from drawn
