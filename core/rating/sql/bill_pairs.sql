-- grain: one row for each expected line and the billed line that stands for it, by one of their keys; what is paired is left alone.
with sides as (select * from bill_sides),
paired as (select * from bill_pairs),
expected as (
    select charge_id, keys[$stage] as key, row_number() over (partition by key order by period_start, charge_id) as place
    from sides
    where side = 'expected' and keys[$stage] is not null and charge_id not in (select expected_id from paired)
),
billed as (
    select charge_id, keys[$stage] as key, row_number() over (partition by key order by corrections <> 0, rated_at, charge_id) as place
    from sides
    where side = 'billed' and keys[$stage] is not null and charge_id not in (select billed_id from paired)
)
select expected.charge_id as expected_id, billed.charge_id as billed_id
from expected
join billed using (key, place)
