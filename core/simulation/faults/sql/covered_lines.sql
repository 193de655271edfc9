-- grain: one line that an allowance covers, with what it would cost without; its ladder has one step
-- one an account and cycle
with places as (from places where plain and free_quantity > 0),
prices as (from prices where steps = 1),
caps as (select plan_id, roaming_cap from plans),
priced as (
    select
        places.*, price(quantity, rate, size, connect_fee) as wrong_amount, 0 as wrong_free, max_charge,
        places.service = 'data' and places.roaming_zone <> 'home' and roaming_cap is not null as capped
    from places
    join prices using (tariff_id)
    join caps on caps.plan_id = places.plan_id
    where quantity = round_up(metered, increment, minimum)
)
select *
from priced
where wrong_amount - amount >= 0.01 and not capped and (max_charge is null or wrong_amount < max_charge)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
