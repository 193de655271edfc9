-- grain: one row for each ladder: the version of it that explanations name, its dates local, and the most that one session may cost.
with scope as (select tz from rating_scope),
ladders as (select * from rating_ladders),
price_list as (select tariff_id, increment, max_charge from tariffs)
select
    ladder_no,
    max_charge,
    {
        tariff_id: tariff_id, valid_from: strftime(timezone(tz, valid_from), '%Y-%m-%d'),
        plan_id: plan_id, roaming_zone: roaming_zone, destination_zone: destination_zone,
        days: days, from_time: from_time, to_time: to_time,
        tier_mode: tier_mode, unit: unit, increment: increment, minimum: minimum
    } as version
from ladders
join price_list using (tariff_id), scope
