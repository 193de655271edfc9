-- grain: one price in force that could get a rival at its own place, or a predecessor that never ended
with counted as (
    select tariffs.*, count(*) over (
        partition by plan_id, service, direction, destination_zone, roaming_zone, days, from_time, valid_from, valid_to
    ) as steps
    from tariffs
),
tariffs as (select * from counted where tier_from = 0 and slot_from = 0 and rate > 0),
settings as (select as_of, starts_at from dataset),
successors as (
    select
        tariffs.*, former.tariff_id as former_id,
        greatest(tariffs.valid_from, starts_at) as known_at
    from tariffs
    left join tariffs as former
        on former.valid_to = tariffs.valid_from
        and (former.plan_id, former.service, former.direction, former.destination_zone, former.roaming_zone, former.days,
            former.from_time)
        = (tariffs.plan_id, tariffs.service, tariffs.direction, tariffs.destination_zone, tariffs.roaming_zone, tariffs.days,
            tariffs.from_time),
    settings
)
select * from successors where valid_to is null order by tariff_id
