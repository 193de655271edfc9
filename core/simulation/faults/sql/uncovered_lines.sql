-- grain: one line charged in whole or part after others of its subscription, service and cycle were free
-- one an account and cycle
with places as (from places),
marked as (
    select
        *, quantity as wrong_free, 0::decimal(18, 6) as wrong_amount,
        coalesce(bool_or(free_quantity > 0) over former, false) as drawn_before
    from places
    window former as (
        partition by subscription_id, service, roaming_zone, destination_zone, direction, cycle order by started_at, charge_id
        rows between unbounded preceding and 1 preceding
    )
)
select *
from marked
where plain and drawn_before and free_quantity < quantity and amount >= 0.01 and amount < coalesce(bill_total * 0.8, 1000)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
