-- grain: one row for each line whose amount nothing that it says explains, and mistake that might: a session to price with it.
with lines as (select * from review_lines where line_no in (select line_no from review_unexplained)),
ladders as (
    select
        ladder_no, plan_id, service_no, direction, destination_no, roaming_no, days, from_minute, to_minute, valid_from_us,
        coalesce(valid_to_us, 9223372036854775807) as valid_to_us
    from rating_ladders
),
clock as (select tz from rating_scope),
shifts as (
    select line_no, started_us,
        (epoch_us(timezone('UTC', timezone(tz, make_timestamptz(started_us)))) - started_us) as offset_us
    from lines, clock
),
moved as (
    select line_no, started_us + unnest([offset_us, -offset_us, 3600000000, -3600000000]) as moved_us from shifts
),
zones as (select distinct destination_no, roaming_no, service_no from ladders),
places as (
    select service_no, destination_no, null::bigint as roaming_no from zones where destination_no > 1
    union
    select service_no, null, roaming_no from zones where roaming_no > 1
    union
    select service_no, destination_no, roaming_no from zones where destination_no > 1 and roaming_no > 1
),
plans as (select plan_no from rating_plan_numbers),
steps as (select distinct service_no, step_size, minimum from rating_ladders where mode <> 'package'),
counted as (select service_no, step_size, minimum from steps union select service_no, 1, 0 from steps where service_no <> 1)
select line_no, 'not_applied' as idea, null::bigint as forced_ladder_no, null::bigint as forced_rounded, 0::bigint as given_free,
    plan_no, destination_no, roaming_no, started_us
from lines
where free > 0
union all
select line_no, if((found.days, found.from_minute, found.to_minute) = (due.days, due.from_minute, due.to_minute), 'version', 'time'),
    found.ladder_no, null, free, plan_no, lines.destination_no, lines.roaming_no, started_us
from lines
join ladders as due using (ladder_no)
join ladders as found
    on found.ladder_no <> due.ladder_no and found.plan_id = due.plan_id and found.service_no = due.service_no
    and found.direction = due.direction and found.destination_no = due.destination_no and found.roaming_no = due.roaming_no
where (found.days, found.from_minute, found.to_minute) = (due.days, due.from_minute, due.to_minute)
    or (started_us >= found.valid_from_us and started_us < found.valid_to_us)
union all
select line_no, 'time', null, null, free, plan_no, destination_no, roaming_no, moved_us
from lines
join moved using (line_no)
union all
select line_no, 'zone', null, null, free, plan_no, coalesce(places.destination_no, lines.destination_no),
    coalesce(places.roaming_no, lines.roaming_no), started_us
from lines
join places using (service_no)
where (places.destination_no is null or lines.destination_no <> 1)
    and (coalesce(places.destination_no, lines.destination_no), coalesce(places.roaming_no, lines.roaming_no))
        <> (lines.destination_no, lines.roaming_no)
union all
select line_no, 'plan', null, null, free, plans.plan_no, destination_no, roaming_no, started_us
from lines
join plans on plans.plan_no <> lines.plan_no
union all
select line_no, 'rounding', ladder_no, greatest(counted.minimum, (quantity + counted.step_size - 1) // counted.step_size * counted.step_size),
    least(free, quantity), plan_no, destination_no, roaming_no, started_us
from lines
join counted using (service_no)
where part_count = 1 and mode <> 'package' and quantity > 0
