-- grain: one flat line with a multiple of its quantity that no rounding explains
-- at most three an account and cycle
with lines as (from flat_lines),
factors as (select unnest($factors::decimal(8, 3)[]) as factor),
misread as (
    select *, round_up((metered * factor)::bigint, increment, minimum) as wrong_quantity
    from lines, factors
),
priced as (select *, price(wrong_quantity, rate, size, connect_fee) as wrong_amount from misread),
others as (select charge_id, wrong_amount from mispriced)
select *
from priced anti join others using (charge_id, wrong_amount)
where (wrong_quantity < metered or wrong_quantity - metered > 10 * greatest(increment, minimum))
    and abs(wrong_amount - amount) >= 0.01 and wrong_amount - amount < room and amount - wrong_amount < slack
    and (max_charge is null or wrong_amount < max_charge)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || factor)) <= 3
order by charge_id, factor
