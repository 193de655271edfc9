-- grain: one event of a partner's file with what the partner asks for it (half-even to a millionth)
with events as (select * from slice_events),
networks as (select * from networks),
rates as (select * from partner_rates),
units(unit, size) as (
    values ('second', 1), ('minute', 60), ('message', 1), ('kb', 1000), ('mb', 1000000), ('gb', 1000000000),
    ('kib', 1024), ('mib', 1048576), ('gib', 1073741824)
),
measured as (
    select
        event_id, file_id,
        case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end as quantity,
        increment, size, (rate * 1000000)::bigint as micro_rate
    from events
    join networks on plmn = serving_plmn
    join rates using (partner_id, service)
    join units using (unit)
    where rates.direction in (events.direction, 'any')
        and started_at >= rates.valid_from and (rates.valid_to is null or started_at < rates.valid_to)
    qualify row_number() over (partition by event_id order by rates.direction = 'any', rates.valid_from desc) = 1
),
exact as (
    select
        event_id, file_id, size,
        micro_rate::hugeint * ((quantity + increment - 1) // increment) * increment as amount
    from measured
),
rounded as (
    select
        event_id, file_id,
        amount // size + case
            when 2 * (amount % size) > size then 1
            when 2 * (amount % size) = size then (amount // size) % 2
            else 0
        end as micros
    from exact
)
select event_id, file_id, (micros::bigint * 0.000001)::decimal(18, 6) as wholesale_charge
from rounded
