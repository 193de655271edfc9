-- grain: one row for each line of the flow: what it was, less the islands' part of it, with their part as it is now
create or replace temp table flow as
with parts as (
    select *, 1 as sign from flow_before
    union all
    select *, -1 from flow_stale
    union all
    select *, 1 from flow_fresh
)
select
    point, day, source, service, partner_id, state,
    sum(sign * records)::bigint as records,
    sum(sign * quantity)::bigint as quantity,
    sum(sign * amount)::decimal(18, 6) as amount,
    sum(sign * parts)::bigint as parts
from parts
group by point, day, source, service, partner_id, state
having sum(sign * parts) <> 0
