-- grain: one price that a flat line could be taken for, with what it would cost; `mistake` says in what they differ
with lines as (from flat_lines),
prices as (from prices),
-- prices of every plan that a plan's own price for the same usage outranks
outranked as (
    select every.tariff_id, own.plan_id
    from tariffs as every
    join tariffs as own using (service, direction, destination_zone, roaming_zone)
    where every.plan_id = '*' and own.plan_id <> '*'
),
pairs as (
    select
        lines.*,
        prices.tariff_id as wrong_tariff, prices.rate as wrong_rate, prices.size as wrong_size,
        prices.connect_fee as wrong_fee, prices.max_charge as wrong_most,
        prices.days as wrong_days, prices.from_time as wrong_from, prices.to_time as wrong_to,
        case when prices.plan_id in ('*', lines.plan_id) then lines.plan_id else prices.plan_id end as wrong_plan,
        round_up(metered, prices.increment, prices.minimum) as wrong_quantity,
        case
            when prices.plan_id not in ('*', lines.plan_id) then 'plan'
            when prices.destination_zone <> price_destination or prices.roaming_zone <> price_roaming then 'zone'
            when prices.days <> lines.days or prices.from_time <> lines.from_time then 'band'
            else 'version'
        end as mistake,
        prices.valid_to <= started_at as over, prices.plan_id = price_plan as same_plan,
        prices.days = lines.days and prices.from_time = lines.from_time as same_band,
        prices.destination_zone = price_destination and prices.roaming_zone = price_roaming as same_zone,
        prices.days = 'any' and prices.from_time = '00:00' as any_time
    from lines
    join prices on prices.service = lines.service and prices.direction = price_direction
        and prices.valid_from <= started_at and steps = 1
),
priced as (
    select *, price(wrong_quantity, wrong_rate, wrong_size, wrong_fee) as wrong_amount
    from pairs
    where case mistake
        when 'version' then over and same_plan
        when 'band' then not coalesce(over, false) and same_plan
        when 'zone' then not coalesce(over, false) and any_time and (wrong_tariff, plan_id) not in (from outranked)
        else not coalesce(over, false) and same_zone and any_time
    end
)
select
    *,
    count(distinct mistake) over (partition by charge_id, wrong_amount) = 1 as telling
from priced
where abs(wrong_amount - amount) >= 0.01 and (wrong_most is null or wrong_amount < wrong_most)
    and wrong_amount - amount < room and amount - wrong_amount < slack
