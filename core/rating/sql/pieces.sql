-- grain: one row for each stretch of a part at one rate; `cost` counts micro-units times the rate's unit, a package's block whole (rule 9).
with parts as (select * from rating_parts where charged > 0),
ladders as (select ladder_no, mode, step_size from rating_ladders),
steps as (select * from rating_steps),
stepped as (
    select session_no, part_no, ladder_no, charged, tier_before, slot_before
    from parts
    join ladders using (ladder_no)
    where mode in ('flat', 'stepped')
),
cuts as (
    select session_no, part_no, 0::bigint as from_quantity from stepped
    union
    select session_no, part_no, unnest([tier_from - tier_before, slot_from - slot_before])
    from stepped
    join steps using (ladder_no)
),
stretches as (
    select
        stepped.*, from_quantity,
        lead(from_quantity, 1, charged) over (partition by session_no, part_no order by from_quantity) - from_quantity as quantity
    from cuts
    join stepped using (session_no, part_no)
    where from_quantity >= 0 and from_quantity < charged
),
in_ladder as (
    select
        parts.*, mode, ladders.step_size,
        sum(charged) over (partition by sub_no, cycle_no, ladder_no) as total,
        sum(charged) over (
            partition by sub_no, cycle_no, ladder_no order by order_us, event_id, record_id, part_no
            rows between unbounded preceding and current row
        ) as reached
    from parts
    join ladders using (ladder_no)
    where mode in ('package', 'volume')
),
blocks as (
    select
        *,
        (reached - charged + step_size - 1) // step_size as first_block,
        (reached + step_size - 1) // step_size as next_block
    from in_ladder
    where mode = 'package'
),
block_steps as (
    select
        ladder_no, rate_micro, tariff_id,
        (tier_from + step_size - 1) // step_size as step_block,
        lead((tier_from + step_size - 1) // step_size) over (partition by ladder_no order by tier_from) as next_step_block
    from steps
    join ladders using (ladder_no)
    where mode = 'package' and slot_from = 0
)
select
    session_no, part_no, any_value(stretches.ladder_no) as ladder_no, from_quantity, any_value(quantity) as quantity,
    arg_max(rate_micro, (tier_from, slot_from)) as rate_micro,
    arg_max(tariff_id, (tier_from, slot_from)) as tariff_id,
    false as is_block
from stretches
join steps
    on steps.ladder_no = stretches.ladder_no
    and tier_from <= tier_before + from_quantity and slot_from <= slot_before + from_quantity
group by session_no, part_no, from_quantity
union all
select
    session_no, part_no, ladder_no, 0, any_value(charged),
    arg_max(rate_micro, (tier_from, slot_from)), arg_max(tariff_id, (tier_from, slot_from)), false
from in_ladder
join steps using (ladder_no)
where mode = 'volume' and tier_from < total
group by session_no, part_no, ladder_no
union all
select
    session_no, part_no, ladder_no, greatest(first_block, step_block) * step_size,
    (least(next_block, next_step_block) - greatest(first_block, step_block))::bigint,
    rate_micro, tariff_id, true
from blocks
join block_steps using (ladder_no)
where least(next_block, next_step_block) > greatest(first_block, step_block)
