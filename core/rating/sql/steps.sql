-- grain: one row for each position of a ladder, numbered in their order, with the rate from there on; of two rows at one position
-- the smaller id.
with ladders as (select * from rating_ladders),
positions as (select ladder_no, unnest(positions, recursive := true) from ladders)
select
    row_number() over (order by ladder_no, tier_from, slot_from) as step_no,
    ladder_no,
    tier_from,
    slot_from,
    (arg_min(rate, tariff_id)::decimal(38, 6) * 1000000)::bigint as rate_micro,
    min(tariff_id) as tariff_id
from positions
group by ladder_no, tier_from, slot_from
