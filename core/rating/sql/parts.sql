-- grain: one row for each part of a session whose price is more than one rate: where it lies on the tier and the slot axis.
with sessions as not materialized (select * from rating_priced_sessions),
free_usage as (select * from rating_free_usage),
ladders as (select ladder_no, mode, has_slots from rating_ladders),
calls as (select * from rating_parts_of_calls),
tier_positions as (select * from rating_tier_positions),
single as (
    select
        session_no, 1 as part_no, ladder_no, rounded, 0::bigint as position, sub_no, cycle_no, order_us, event_id, record_id,
        mode <> 'stepped' or has_slots as is_in_question
    from sessions
    join ladders using (ladder_no)
    where part_count = 1 and mode <> 'flat'
),
several as (
    select
        session_no, part_no, calls.ladder_no, calls.rounded,
        (sum(calls.rounded) over (partition by session_no order by part_no) - calls.rounded)::bigint as position,
        sub_no, cycle_no, order_us, event_id, record_id, true as is_in_question
    from calls
    join sessions using (session_no)
    where part_count > 1
),
covered as (
    select
        parts.*, tier_before, coalesce(free_usage.free, 0) as session_free,
        greatest(0, least(rounded, coalesce(free_usage.free, 0) - position)) as free
    from (from single union all by name from several) as parts
    left join free_usage using (session_no)
    left join tier_positions using (session_no)
    where is_in_question or tier_before is not null
)
select
    session_no, part_no, ladder_no, sub_no, cycle_no, order_us, event_id, record_id, rounded, free,
    rounded - free as charged,
    coalesce(tier_before, 0) + greatest(0, position - session_free) as tier_before,
    position + free as slot_before
from covered
