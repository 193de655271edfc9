-- grain: one row for each plan and kind of thing charged in the slice: lines, and what they come to under both price lists.
with lines as (select * from rating_compared_lines where kind <> 'tax')
select
    coalesce(plan_id, '') as plan_id,
    if(kind = 'usage', service, kind) as item,
    count(*) as lines,
    coalesce(sum(old_amount), 0)::decimal(38, 6) as old_net,
    coalesce(sum(new_amount), 0)::decimal(38, 6) as new_net
from lines
group by all
