-- grain: one usage line on a plain bill that one price explains: one part, nothing free, no tier, slot or cap
with places as (
    select
        *,
        sum(case when service = 'data' and roaming_zone <> 'home' then amount else 0 end)
            over (partition by subscription_id, cycle) as roamed
    from places
),
prices as (from prices),
caps as (select plan_id, roaming_cap from plans)
select
    places.*,
    prices.plan_id as price_plan, prices.direction as price_direction,
    prices.destination_zone as price_destination, prices.roaming_zone as price_roaming, days, from_time, to_time,
    rate, size, increment, minimum, connect_fee, max_charge,
    -- what a wrong price may add before the bill is past the roaming cap as well
    case
        when places.service = 'data' and places.roaming_zone <> 'home' and roaming_cap is not null
            then greatest(0, roaming_cap - roamed)
        else 1000
    end as room,
    -- what it may take away before there is nothing left to pay
    coalesce(bill_total * 0.8, 1000) as slack
from places
join prices using (tariff_id)
join caps on caps.plan_id = places.plan_id
where plain and free_quantity = 0 and amount >= 0.02
    and quantity = round_up(metered, increment, minimum)
    and amount = price(quantity, rate, size, connect_fee)
    and (max_charge is null or amount < max_charge)
order by md5(charge_id || $salt) limit 20000
