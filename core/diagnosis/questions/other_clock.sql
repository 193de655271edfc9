/*+++
id = "other_clock"
asks = "Would the band be right if the clock were read in UTC?"
faults = ["wrong_time_band"]
cost = 3

[answer.utc]
says = "in UTC the use began in the band that was billed"
weights = { timezone_config = 9, clock_drift = 2 }

[answer.no_clock]
says = "neither local time nor UTC falls into the band that was billed"
weights = { rating_config = 9 }
+++*/
-- grain: one answer for each line that names a price with a band
with lines as (
    select charge_id, tariff_id, period_start
    from charges
    where charge_id in (select subject_id from asked) and tariff_id is not null
),
bands as (
    select tariff_id, days, from_time::time as from_time, to_time::time as to_time from tariffs
),
read_in_utc as (
    select
        lines.charge_id, bands.days, bands.from_time, bands.to_time,
        (period_start at time zone 'UTC')::time as clock,
        lower(strftime(period_start at time zone 'UTC', '%a')) as weekday
    from lines
    join bands using (tariff_id)
),
fitting as (
    select
        charge_id, clock,
        (days = 'any' or list_contains(string_split(replace(days, ' ', ''), ','), weekday))
            and (
                case
                    when from_time < to_time or to_time = time '00:00' then clock >= from_time and (clock < to_time or to_time = time '00:00')
                    when from_time = to_time then true
                    else clock >= from_time or clock < to_time
                end
            ) as fits
    from read_in_utc
)
select asked.finding_id, if(bool_or(fits), 'utc', 'no_clock') as answer, left(min(clock)::varchar, 5) || ' UTC' as detail
from asked
join fitting on fitting.charge_id = asked.subject_id
group by asked.finding_id
