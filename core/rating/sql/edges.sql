-- grain: one row for each local date and minute at which a price can change: the instant at which the clock reaches it.
-- In a repeated hour that is the first pass, in a skipped hour the jump (rule 6).
with scope as (select * from rating_scope),
ladders as (select * from rating_ladders),
minutes as (
    select 0 as minute
    union select from_minute from ladders
    union select to_minute % 1440 from ladders
),
walls as (
    select scope.tz, day::date as local_date, minute, day + to_minutes(minute) as wall
    from scope, unnest(generate_series(first_date::timestamp, last_date::timestamp, interval 1 day)) as days (day), minutes
),
offsets as (
    select
        *,
        timezone(tz, timezone('UTC', wall - interval 1 day)) - (wall - interval 1 day) as offset_before,
        timezone(tz, timezone('UTC', wall + interval 1 day)) - (wall + interval 1 day) as offset_after
    from walls
),
guesses as (
    select *, timezone('UTC', wall - offset_before) as by_before, timezone('UTC', wall - offset_after) as by_after
    from offsets
)
select
    local_date,
    minute,
    epoch_us(case
        when timezone(tz, by_before) = wall then least(by_before, if(timezone(tz, by_after) = wall, by_after, null))
        when timezone(tz, by_after) = wall then by_after
        else list_min(list_filter(
            generate_series(least(by_before, by_after), greatest(by_before, by_after), interval 1 minute),
            lambda instant: timezone(tz, instant) >= wall
        ))
    end) as at_us
from guesses
