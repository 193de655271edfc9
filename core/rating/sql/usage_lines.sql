-- grain: one row for each session that can be priced: its amount before the roaming cap, rounded once, half-even (rule 10).
-- `product` is the numerator where 64 bits hold it, as nearly always.
with metered as not materialized (select * from rating_metered),
ladders as (
    select
        ladder_no, unit_size, rate_micro, connect_micro, max_micro, safe_quantity, mode = 'package' as is_package
    from rating_ladders
),
piece_sums as (select * from rating_piece_sums),
products as (
    select
        metered.*, numerator, max_micro,
        case metered.service_no when 0 then 60 when 1 then 1 else unit_size end as denominator,
        if(metered.service_no = 0, 60 // unit_size, 1) as factor, rate_micro,
        case
            when numerator < 9000000000000000000 then numerator::bigint
            when numerator is not null then null
            when part_count > 1 or is_package then 0
            when charged <= safe_quantity then charged * rate_micro * factor
        end as product,
        if(charged = 0, 0, connect_micro) as connect_micro
    from metered
    join ladders using (ladder_no)
    left join piece_sums using (session_no)
),
divided as (
    select
        *,
        if(product is null, coalesce(numerator, charged::hugeint * rate_micro * factor) // denominator, product // denominator)::bigint as quotient,
        if(product is null, coalesce(numerator, charged::hugeint * rate_micro * factor) % denominator, product % denominator)::bigint as rest
    from products
)
select
    divided.* exclude (numerator, max_micro, denominator, factor, rate_micro, product, quotient, rest),
    least(
        connect_micro + quotient + (rest * 2 > denominator or (rest * 2 = denominator and (connect_micro + quotient) % 2 = 1))::int,
        max_micro
    ) as amount_micro
from divided
