-- grain: one row for each session and pool of one level that it draws from: how much, and what was left before (rule 8).
with claims as (select * from rating_claims where level = $level),
earlier as (select session_no, sum(drawn)::bigint as drawn from rating_draws group by session_no),
wanting as (
    select claims.*, rounded - coalesce(earlier.drawn, 0) as wanted
    from claims
    left join earlier using (session_no)
    where rounded > coalesce(earlier.drawn, 0)
),
pools as (
    select
        source_no, owner_no, pool_cycle, row_number() over () as pool_no,
        $explain or coalesce(sum(wanted) > any_value(capacity), false) as is_queued
    from wanting
    group by all
),
roomy as (
    select session_no, source_no, wanted as drawn, null::bigint as left_before
    from wanting
    join pools using (source_no, owner_no, pool_cycle)
    where not is_queued
),
queued as (
    select
        session_no, source_no, wanted, capacity,
        sum(wanted) over (
            partition by pool_no order by order_us, event_id, record_id rows unbounded preceding
        ) - wanted as wanted_before
    from wanting
    join pools using (source_no, owner_no, pool_cycle)
    where is_queued
)
select session_no, source_no, drawn, left_before from roomy
union all
select
    session_no, source_no,
    if(capacity is null, wanted, least(wanted, greatest(capacity - wanted_before, 0)))::bigint as drawn,
    if(capacity is null, null, greatest(capacity - wanted_before, 0))::bigint as left_before
from queued
where capacity is null or capacity > wanted_before
