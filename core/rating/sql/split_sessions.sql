-- grain: one row for each session that came in parts: what its parts add up to, or why one of them has no price.
with parts as (select * from rating_parts_of_calls)
select
    session_no,
    count(*) as part_count,
    sum(rounded)::bigint as rounded,
    coalesce(min(if(ladder_no is null, fault, null)), arg_min(fault, part_no)) as fault
from parts
group by session_no
