-- grain: one row for each session of an idea, on the ladder and with the quantity that the idea imposes.
with placed as (select * from rating_placed),
ladders as (select ladder_no, mode, fault, step_size, minimum from rating_ladders)
select placed.* replace (
    coalesce(forced_ladder_no, placed.ladder_no) as ladder_no,
    is_long and forced_ladder_no is null as is_long,
    if(forced_ladder_no is null, placed.fault, ladders.fault) as fault,
    coalesce(
        forced_rounded,
        case
            when forced_ladder_no is null or quantity = 0 then placed.rounded
            when ladders.mode = 'package' then quantity
            else greatest(ladders.minimum, (quantity + ladders.step_size - 1) // ladders.step_size * ladders.step_size)
        end
    ) as rounded
)
from placed
left join ladders on ladders.ladder_no = forced_ladder_no
