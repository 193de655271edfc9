-- grain: one first row of the price list with the size of its unit and how many rows its ladder has
with tariffs as (select * from tariffs where tier_mode = 'graduated'),
units(unit, size) as (
    values ('second', 1), ('minute', 60), ('message', 1), ('kb', 1000), ('mb', 1000000), ('gb', 1000000000),
    ('kib', 1024), ('mib', 1048576), ('gib', 1073741824)
),
counted as (
    select *, count(*) over (
        partition by plan_id, service, direction, destination_zone, roaming_zone, days, from_time, to_time, valid_from
    ) as steps
    from tariffs
)
select counted.*, size
from counted join units using (unit)
where tier_from = 0 and slot_from = 0
