-- grain: one row for each stretch of time in which no ladder can begin or end to match: [from_us, to_us).
with edges as (select * from rating_edges),
ladders as (select * from rating_ladders),
closed_days as (select distinct try_cast(date as date) as local_date from holidays),
clock as (
    select at_us, max_by({local_date: local_date, minute: minute}, (local_date, minute)) as wall, bool_or(minute = 0) as is_midnight
    from edges
    group by at_us
),
validity as (
    select valid_from_us as at_us from ladders
    union select valid_to_us from ladders where valid_to_us is not null
),
inside as (
    select at_us from validity
    where at_us > (select min(at_us) from clock) and at_us < (select max(at_us) from clock)
),
instants as (select at_us from clock union select at_us from inside),
laid_out as (
    select
        at_us as from_us,
        lead(at_us) over (order by at_us) as to_us,
        last_value(clock.wall ignore nulls) over (order by at_us) as wall,
        coalesce(clock.is_midnight, false) as is_midnight,
        count(inside.at_us) over (order by at_us) as version_no
    from instants
    left join clock using (at_us)
    left join inside using (at_us)
)
select
    row_number() over (order by from_us) as band_no,
    from_us,
    to_us,
    wall.local_date as local_date,
    wall.minute as minute,
    is_midnight,
    version_no,
    min(from_us) over (partition by version_no) as version_from_us,
    isodow(wall.local_date) as weekday,
    today.local_date is not null as is_holiday,
    yesterday.local_date is not null as was_holiday,
    dense_rank() over (
        order by version_no, isodow(wall.local_date), today.local_date is not null, yesterday.local_date is not null, wall.minute
    ) as class_no,
    year(wall.local_date) * 12 + month(wall.local_date) as month_no,
    day(wall.local_date) as day_no
from laid_out
left join closed_days as today on today.local_date = wall.local_date
left join closed_days as yesterday on yesterday.local_date = wall.local_date - 1
where to_us is not null
