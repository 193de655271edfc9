-- grain: one flat line of the row of the price list that has most of them, which times $factor looks like no other
with lines as (from flat_lines),
busiest as (
    select tariff_id from lines where rate > 0 group by tariff_id
    order by count(distinct account_id) desc, tariff_id limit 1
),
others as (select charge_id, wrong_amount from mispriced)
select *
from lines
where tariff_id in (from busiest)
    and amount * ($factor::decimal(8, 3) - 1) < room and amount * (1 - $factor::decimal(8, 3)) < slack
    and abs(amount * ($factor::decimal(8, 3) - 1)) >= 0.01
    and not exists (
        select 1 from others
        where others.charge_id = lines.charge_id and abs(wrong_amount - amount * $factor::decimal(8, 3)) < 0.00001
    )
order by charge_id
