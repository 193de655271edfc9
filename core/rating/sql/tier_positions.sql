-- grain: one row for each session of a subscription, service and cycle that reaches a tier's edge: what was charged before it (rule 9).
with metered as not materialized (select * from rating_metered),
parts as (select session_no, ladder_no from rating_parts_of_calls),
tiers as (select ladder_no, first_edge from rating_ladders where mode = 'stepped' and first_edge is not null),
tiered as (
    select sub_no, service_no, cycle_no, min(first_edge) as first_edge
    from (
        select sub_no, service_no, cycle_no, first_edge from rating_located join tiers using (ladder_no) where fault is null
        union all
        select sub_no, service_no, cycle_no, first_edge
        from parts
        join tiers using (ladder_no)
        join rating_located as calls using (session_no)
        where calls.fault is null
    )
    group by all
),
counted as materialized (
    select session_no, sub_no, service_no, cycle_no, order_us, event_id, record_id, charged, first_edge
    from metered
    join tiered using (sub_no, service_no, cycle_no)
),
reaching as (
    select sub_no, service_no, cycle_no, row_number() over () as meter_no
    from counted
    group by all
    having $explain or sum(charged) > any_value(first_edge)
)
select
    session_no,
    (sum(charged) over (partition by meter_no order by order_us, event_id, record_id rows unbounded preceding) - charged)::bigint as tier_before
from counted
join reaching using (sub_no, service_no, cycle_no)
