-- grain: one row for each line, expected or billed, of which the two sides have not equally many; keys say what it may be set against,
-- the closest first.
with lines as (select * from bill_lines),
adjustments as (select * from bill_charges where kind = 'adjustment' and corrects is not null),
unequal as (
    select account_id, subscription_id, kind, thing, cycle, amount
    from lines
    group by all
    having count(*) filter (side = 'billed') <> count(*) filter (side = 'expected')
),
corrected as (select corrects as charge_id, sum(amount) as corrections from adjustments group by corrects)
select
    lines.*,
    coalesce(corrections, 0)::decimal(18, 6) as corrections,
    [
        concat_ws('|', account_id, subscription_id, kind, cycle, thing, amount),
        if(side = 'expected' or thing = '', concat_ws('|', account_id, subscription_id, kind, cycle, amount), null),
        concat_ws('|', account_id, subscription_id, kind, cycle, thing),
        case
            when kind = 'recurring' and product_id is null then concat_ws('|', account_id, subscription_id, cycle)
            when kind = 'one_off' and product_id is not null then concat_ws('|', account_id, subscription_id, product_id)
        end
    ] as keys
from lines
semi join unequal using (account_id, subscription_id, kind, thing, cycle, amount)
left join corrected using (charge_id)
