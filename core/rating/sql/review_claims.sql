-- grain: one row for each line and reading of what it says of itself: a session to price as if that were right.
-- A price that is named counts for the whole session; a quantity that is named is taken as rounded.
with lines as (select * from review_lines),
ladders as (select ladder_no, destination_no, roaming_no from rating_ladders)
select line_no, 'said' as idea, if(basis is null, ladder_no, coalesce(billed_ladder_no, ladder_no)) as forced_ladder_no, billed_quantity as forced_rounded,
    billed_free as given_free, plan_no, destination_no, roaming_no, started_us
from lines
where basis is not null or billed_quantity <> rounded
union all
select line_no, 'basis', billed_ladder_no, null, if(basis in ('plan', 'zone'), billed_free, free), plan_no, destination_no, roaming_no, started_us
from lines
where basis is not null and billed_ladder_no is not null
union all
select
    line_no, 'natural', null, null, billed_free,
    coalesce(billed_plan_no, plan_no),
    if(basis = 'zone' and ladders.destination_no > 1, ladders.destination_no, lines.destination_no),
    if(basis = 'zone' and ladders.roaming_no > 1, ladders.roaming_no, lines.roaming_no),
    started_us
from lines
left join ladders on ladders.ladder_no = billed_ladder_no
where basis in ('plan', 'zone')
union all
select
    line_no, 'quantity', ladder_no, billed_quantity,
    case when free = rounded then billed_quantity else least(free, billed_quantity) end,
    plan_no, destination_no, roaming_no, started_us
from lines
where billed_quantity <> rounded
union all
select line_no, 'free', null, null, billed_free, plan_no, destination_no, roaming_no, started_us
from lines
where billed_free <> free
