-- grain: one row for each stretch of a part at one rate; a package's is counted in blocks (rule 9).
with parts as (select * from rating_parts where charged > 0),
ladders as (select ladder_no, mode, step_size from rating_ladders),
steps as (select * from rating_steps),
stepped as (
    select session_no, part_no, ladder_no, charged, tier_before, slot_before
    from parts
    join ladders using (ladder_no)
    where mode in ('flat', 'stepped')
),
edges as (
    select stepped.*, unnest([tier_from - tier_before, slot_from - slot_before]) as from_quantity
    from stepped
    join steps using (ladder_no)
    where tier_from > tier_before or slot_from > slot_before
),
cuts as (
    select *, 0::bigint as from_quantity from stepped
    union
    select * from edges where from_quantity > 0 and from_quantity < charged
),
stretches as (
    select
        session_no, part_no, from_quantity,
        least(
            any_value(charged),
            min(tier_from - tier_before) filter (tier_from - tier_before > from_quantity),
            min(slot_from - slot_before) filter (slot_from - slot_before > from_quantity)
        ) - from_quantity as quantity,
        max(step_no) filter (tier_from <= tier_before + from_quantity and slot_from <= slot_before + from_quantity) as step_no
    from cuts
    join steps using (ladder_no)
    group by session_no, part_no, from_quantity
),
volumes as (
    select sub_no, cycle_no, ladder_no, sum(charged) as total
    from parts
    join ladders using (ladder_no)
    where mode = 'volume'
    group by sub_no, cycle_no, ladder_no
),
volume_steps as (
    select sub_no, cycle_no, ladder_no, max(step_no) as step_no
    from volumes
    join steps using (ladder_no)
    where tier_from < total
    group by sub_no, cycle_no, ladder_no
),
in_package as (
    select
        session_no, part_no, ladder_no, step_size, charged,
        sum(charged) over (
            partition by sub_no, cycle_no, ladder_no order by order_us, event_id, record_id, part_no rows unbounded preceding
        ) as reached
    from parts
    join ladders using (ladder_no)
    where mode = 'package'
),
blocks as (
    select
        *,
        (reached - charged + step_size - 1) // step_size as first_block,
        (reached + step_size - 1) // step_size as next_block
    from in_package
),
block_steps as (
    select
        ladder_no, step_no,
        (tier_from + step_size - 1) // step_size as step_block,
        lead((tier_from + step_size - 1) // step_size) over (partition by ladder_no order by tier_from) as next_step_block
    from steps
    join ladders using (ladder_no)
    where mode = 'package' and slot_from = 0
)
select session_no, part_no, from_quantity, quantity, step_no, false as is_block
from stretches
union all
select session_no, part_no, 0, charged, step_no, false
from parts
join volume_steps using (sub_no, cycle_no, ladder_no)
union all
select
    session_no, part_no, greatest(first_block, step_block) * step_size,
    (least(next_block, next_step_block) - greatest(first_block, step_block))::bigint,
    step_no, true
from blocks
join block_steps using (ladder_no)
where least(next_block, next_step_block) > greatest(first_block, step_block)
