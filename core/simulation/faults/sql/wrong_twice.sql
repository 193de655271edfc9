-- grain: one flat call taken for another zone and rounded to another increment than any zone's
-- at most three an account and cycle
with mispriced as (from mispriced where mistake = 'zone' and service = 'voice'),
increments(step) as (values (1), (30), (60)),
rounded as (
    select
        * exclude (wrong_quantity, wrong_amount),
        wrong_amount as zone_amount, wrong_quantity as zone_quantity, step,
        round_up(metered, step, 0) as wrong_quantity
    from mispriced, increments
),
priced as (select *, price(wrong_quantity, wrong_rate, wrong_size, wrong_fee) as wrong_amount from rounded)
select *
from priced
where wrong_quantity not in (quantity, zone_quantity) and abs(wrong_amount - zone_amount) >= 0.01
    and abs(wrong_amount - amount) >= 0.01 and (wrong_most is null or wrong_amount < wrong_most)
    and amount - wrong_amount < slack
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || wrong_tariff || step)) <= 3
order by charge_id, wrong_tariff, step
