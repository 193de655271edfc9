-- grain: one flat line with what it would cost at another increment, if that shows
-- at most three an account and cycle
with lines as (from flat_lines),
increments(service, step) as (
    values ('voice', 1), ('voice', 30), ('voice', 60), ('data', 1000), ('data', 1000000), ('iot', 1000000)
),
rounded as (
    select *, round_up(metered, step, minimum) as wrong_quantity
    from lines join increments using (service)
    where step <> increment
),
priced as (select *, price(wrong_quantity, rate, size, connect_fee) as wrong_amount from rounded),
others as (select charge_id, wrong_amount from mispriced)
select *
from priced anti join others using (charge_id, wrong_amount)
where abs(wrong_amount - amount) >= 0.01 and wrong_amount - amount < room and amount - wrong_amount < slack
    and (max_charge is null or wrong_amount < max_charge)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || step)) <= 3
order by charge_id, step
