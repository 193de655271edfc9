-- grain: one row for each session that can be priced: its amount before the roaming cap, rounded once, half-even (rule 10).
with metered as not materialized (select * from rating_metered),
ladders as (select ladder_no, unit_size, rate_micro, connect_micro, max_micro from rating_ladders),
piece_sums as (select * from rating_piece_sums),
fractions as (
    select
        metered.*, max_micro,
        case metered.service_no when 0 then 60 when 1 then 1 else unit_size end as denominator,
        coalesce(
            numerator,
            if(part_count > 1 or mode = 'package', 0, null),
            charged::hugeint * rate_micro * case metered.service_no when 0 then 60 // unit_size else 1 end
        ) as numerator,
        if(charged = 0, 0, connect_micro) as connect_micro
    from metered
    join ladders using (ladder_no)
    left join piece_sums using (session_no)
),
quotients as (
    select *, if(numerator < 9000000000000000000, numerator::bigint // denominator, numerator // denominator) as quotient
    from fractions
),
divided as (
    select
        *,
        connect_micro + quotient as whole,
        (numerator - quotient * denominator) * 2 as twice_rest
    from quotients
)
select
    divided.* exclude (max_micro, denominator, numerator, quotient, whole, twice_rest, is_long, fault, mode, field_no),
    least(
        whole + (twice_rest > denominator or (twice_rest = denominator and whole % 2 = 1))::int,
        max_micro
    )::bigint as amount_micro
from divided
