-- grain: one row for each tariff row that is a problem of the price list: a rival, a gap, a price that runs out, a row that cannot
-- price anything (rule 5). Of two rivals the row with the greater id is named, of a gap the row that ends before it.
with settings as (select starts_at, as_of from dataset),
price_list as (select * from tariffs),
offers as (select plan_id, min(valid_from) as valid_from, max(coalesce(valid_to, 'infinity')) as ends_at from plans group by plan_id),
late_uses as (select * from review_late_uses),
known_destinations as (select distinct zone from destinations),
known_networks as (select distinct zone from networks),
lacking as (
    select plan_id, service_no, direction, destination_no, roaming_no, max(last_at) as last_at
    from review_lacking
    group by plan_id, service_no, direction, destination_no, roaming_no
),
all_ladders as (
    select
        ladder_no, tariff_id, plan_id, service, service_no, direction, destination_zone, roaming_zone, destination_no, roaming_no,
        days, from_time, to_time, from_minute, window_minutes, first_edge, has_slots, positions, fault, valid_from,
        coalesce(valid_to, 'infinity') as ends_at,
        [plan_id, service, direction, destination_zone, roaming_zone, days, from_time, to_time] as band
    from rating_ladders
),
ladders as (select all_ladders.* from all_ladders, settings where ends_at > starts_at),
rows_of_ladders as (select ladder_no, valid_from, unnest(positions, recursive := true) from ladders),
same_position as (
    select unnest(list_sort(list(tariff_id))[2:]) as tariff_id, min(tariff_id) as rival_id, any_value(valid_from) as occurred_at
    from rows_of_ladders
    group by ladder_no, tier_from, slot_from
    having count(*) > 1
),
two_axes as (
    select max(rows_of_ladders.tariff_id) as tariff_id, any_value(ladders.tariff_id) as rival_id, any_value(ladders.valid_from) as occurred_at
    from ladders
    join rows_of_ladders using (ladder_no)
    where first_edge is not null and has_slots
    group by ladder_no
),
weekdays as (select unnest(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'hol']) as name, unnest([0, 1, 2, 3, 4, 5, 6, 100]) as day_no),
spans as (
    select ladder_no, day_no * 1440 + from_minute as from_minute, day_no * 1440 + from_minute + window_minutes as to_minute
    from ladders
    join weekdays on days = 'any' and day_no < 7 or list_contains(list_transform(string_split(days, ','), lambda day: trim(day)), name)
),
pairs as (
    select one.ladder_no as one_no, two.ladder_no as two_no, one.tariff_id as one_id, two.tariff_id as two_id,
        greatest(one.valid_from, two.valid_from) as occurred_at
    from ladders as one
    join ladders as two
        on one.plan_id = two.plan_id and one.service = two.service and one.direction = two.direction
        and one.destination_zone = two.destination_zone and one.roaming_zone = two.roaming_zone
        and one.window_minutes = two.window_minutes and (one.days = 'any') = (two.days = 'any')
    where one.tariff_id < two.tariff_id and one.valid_from < two.ends_at and two.valid_from < one.ends_at
),
rivals as (
    select two_id as tariff_id, min(one_id) as rival_id, min(occurred_at) as occurred_at
    from pairs
    join spans as one on one.ladder_no = one_no
    join spans as two on two.ladder_no = two_no
    join (select unnest([-10080, 0, 10080]) as shift) as weeks
        on one.from_minute < two.to_minute + shift and two.from_minute + shift < one.to_minute
    group by two_id
),
ended as (
    select all_ladders.*
    from all_ladders
    anti join all_ladders as other on other.band = all_ladders.band and other.valid_from <= all_ladders.ends_at and other.ends_at > all_ladders.ends_at
    where all_ladders.ends_at < 'infinity'
),
ending as (select ended.* from ended, settings where ends_at > starts_at),
followed as (
    select ended.tariff_id, ended.plan_id, ended.ends_at, arg_min(other.tariff_id, other.valid_from) as rival_id, min(other.valid_from) as resumes_at
    from ended
    join all_ladders as other on other.band = ended.band and other.valid_from > ended.ends_at
    group by ended.tariff_id, ended.plan_id, ended.ends_at
),
gaps as (
    select tariff_id, rival_id, followed.ends_at as occurred_at
    from followed
    left join offers using (plan_id)
    cross join settings
    where resumes_at > starts_at and (offers.plan_id is null or offers.valid_from < resumes_at and offers.ends_at > followed.ends_at)
),
run_out as (
    select tariff_id, ends_at
    from ending
    join lacking
        on ending.plan_id in ('*', lacking.plan_id) and ending.service_no = lacking.service_no
        and ending.direction in ('any', lacking.direction) and ending.destination_no in (1, lacking.destination_no)
        and ending.roaming_no in (1, lacking.roaming_no) and ending.ends_at <= last_at
    qualify ends_at = max(ends_at) over (partition by lacking.plan_id, lacking.service_no, lacking.direction, lacking.destination_no, lacking.roaming_no)
),
still_used as (
    select ending.tariff_id, any_value(ending.ends_at) as ends_at
    from ending
    join rows_of_ladders using (ladder_no)
    join late_uses on late_uses.tariff_id = rows_of_ladders.tariff_id and late_uses.last_at >= ending.ends_at
    left join offers on offers.plan_id = ending.plan_id
    where ending.tariff_id not in (select tariff_id from followed) and coalesce(offers.ends_at > ending.ends_at, true)
    group by ending.tariff_id
    having count(distinct account_id) >= 3
),
expired as (
    select tariff_id, null::varchar as rival_id, min(ends_at) as occurred_at
    from (from run_out union all from still_used)
    where tariff_id not in (select tariff_id from gaps)
    group by tariff_id
),
lost_places as (
    select tariff_id, null::varchar as rival_id, valid_from as occurred_at,
        destination_zone not in ('any', 'unknown') and destination_zone not in (from known_destinations)
            and exists (select 1 from known_destinations) and service in ('voice', 'sms')
        or roaming_zone not in ('any', 'home', 'unknown') and roaming_zone not in (from known_networks)
            and exists (select 1 from known_networks) as is_lost
    from price_list
    join (select distinct unnest(positions).tariff_id as tariff_id from ladders) as current using (tariff_id)
),
baseless as (
    select
        price_list.tariff_id, null::varchar as rival_id, valid_from as occurred_at, coalesce(valid_to, 'infinity') as until_at,
        [plan_id, service, direction, destination_zone, roaming_zone, days, from_time, to_time] as band
    from price_list, settings
    where (tier_from > 0 or slot_from > 0) and coalesce(valid_to, 'infinity') > starts_at
        and price_list.tariff_id not in (select tariff_id from rows_of_ladders)
    qualify row_number() over (
        partition by plan_id, service, direction, destination_zone, roaming_zone, days, from_time, to_time, valid_from, valid_to
        order by tier_from, slot_from, price_list.tariff_id
    ) = 1
),
problems as (
    select *, 'position' as problem, 1 as rank from same_position
    union all by name select *, 'axes' as problem, 2 as rank from two_axes
    union all by name select *, 'overlap' as problem, 3 as rank from rivals
    union all by name select *, 'gap' as problem, 4 as rank from gaps
    union all by name select *, 'expired' as problem, 5 as rank from expired
    union all by name select tariff_id, null::varchar as rival_id, valid_from as occurred_at, if(fault like 'unit%', 'unit', 'increment') as problem, 6 as rank
        from ladders where fault is not null
    union all by name select tariff_id, rival_id, occurred_at, 'zone' as problem, 7 as rank from lost_places where is_lost
    union all by name
    select tariff_id, rival_id, occurred_at, 'base' as problem, 8 as rank
    from baseless
    anti join ladders on ladders.band = baseless.band and ladders.valid_from < until_at and occurred_at < ladders.ends_at
)
select
    tariff_id, problem, rival_id, occurred_at,
    case problem
        when 'position' then printf('%s and %s have a price for the same position', rival_id, tariff_id)
        when 'axes' then printf('the prices of %s change by the cycle''s quantity and by the position in a session', rival_id)
        when 'overlap' then printf('%s and %s are equally specific and valid at one time', rival_id, tariff_id)
        when 'gap' then printf('%s begins only some time after %s has ended', rival_id, tariff_id)
        when 'expired' then printf('%s has ended, nothing takes its place, and it is still needed', tariff_id)
        when 'unit' then printf('the unit of %s does not fit its service', tariff_id)
        when 'increment' then printf('the increment of %s is below 1', tariff_id)
        when 'zone' then printf('%s names a zone that no network and no number is in', tariff_id)
        else printf('%s has no price to begin with, at position 0', tariff_id)
    end as statement
from problems
qualify row_number() over (partition by tariff_id order by rank, rival_id) = 1
