-- grain: one line of data abroad that the roaming cap cut, wholly or in part, with what it would cost without
-- one an account and cycle
with places as (from places where plain and service = 'data' and roaming_zone <> 'home' and free_quantity = 0),
prices as (from prices),
caps as (select plan_id, roaming_cap from plans where roaming_cap is not null),
consenting as (select subscription_id from consents),
priced as (
    select places.*, price(quantity, rate, size, connect_fee) as wrong_amount, 0 as wrong_free
    from places
    join prices using (tariff_id)
    join caps on caps.plan_id = places.plan_id
    where quantity = round_up(metered, increment, minimum) and max_charge is null
        and subscription_id not in (from consenting)
)
select *
from priced
where wrong_amount - amount >= 0.01
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
