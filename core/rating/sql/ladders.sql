-- grain: one row for each ladder: the tariff rows that differ in nothing but their position, rate and id (rule 5).
with price_list as (select * from tariffs),
zones as (select * from rating_zones),
grouped as (
    select
        plan_id, service, direction, destination_zone, roaming_zone, days, from_time, to_time, tier_mode,
        max_charge, unit, increment, minimum, connect_fee, valid_from, valid_to,
        list({tier_from: tier_from, slot_from: slot_from, rate: rate, tariff_id: tariff_id}) as positions,
        min(tariff_id) filter (tier_from = 0 and slot_from = 0) as tariff_id,
        min(tier_from) filter (tier_from > 0) as first_edge,
        max(slot_from) > 0 as has_slots
    from price_list
    group by all
),
timed as (
    select
        *,
        split_part(from_time, ':', 1)::int * 60 + split_part(from_time, ':', 2)::int as from_minute,
        split_part(to_time, ':', 1)::int * 60 + split_part(to_time, ':', 2)::int as until_minute
    from grouped
    where tariff_id is not null
)
select
    row_number() over (order by timed.tariff_id) as ladder_no,
    timed.* exclude (until_minute, connect_fee, max_charge, increment),
    if(until_minute = 0, 1440, until_minute) as to_minute,
    if(until_minute > from_minute, until_minute, until_minute + 1440) - from_minute as window_minutes,
    case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 else 3 end as service_no,
    dz.zone_no as destination_no,
    rz.zone_no as roaming_no,
    8 * (plan_id <> '*')::int + 4 * (roaming_zone <> 'any')::int
        + 2 * (destination_zone <> 'any')::int + (direction <> 'any')::int as specificity,
    case
        when tier_mode in ('package', 'volume') then tier_mode
        when first_edge is not null or has_slots then 'stepped'
        else 'flat'
    end as mode,
    case unit
        when 'minute' then 60 when 'kb' then 1000 when 'mb' then 1000000 when 'gb' then 1000000000
        when 'kib' then 1024 when 'mib' then 1048576 when 'gib' then 1073741824 else 1
    end as unit_size,
    greatest(increment, 1) as step_size,
    case
        when increment < 1 then 'increment of ' || tariff_id || ' is below 1'
        when tier_mode <> 'package' and not list_contains(case service
            when 'voice' then ['second', 'minute'] when 'sms' then ['message'] else ['kb', 'mb', 'gb', 'kib', 'mib', 'gib']
        end, unit) then 'unit of ' || tariff_id || ' does not fit ' || service
    end as fault,
    (list_filter(positions, lambda p: p.tariff_id = timed.tariff_id)[1].rate::decimal(38, 6) * 1000000)::bigint as rate_micro,
    (connect_fee::decimal(38, 6) * 1000000)::bigint as connect_micro,
    (max_charge::decimal(38, 6) * 1000000)::bigint as max_micro,
    (9223372036854775807 // greatest(abs(rate_micro::hugeint) * 60, 1))::bigint as safe_quantity,
    epoch_us(valid_from) as valid_from_us,
    epoch_us(valid_to) as valid_to_us
from timed
join zones as dz on dz.zone = timed.destination_zone
join zones as rz on rz.zone = timed.roaming_zone
