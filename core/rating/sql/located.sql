-- grain: one row for each session where it belongs, with its rounded quantity, and with why if it cannot be priced.
with placed as (select * from rating_placed),
split as (select * from rating_split_sessions)
select
    placed.* exclude (is_long, band_us) replace (
        if(split.session_no is null, placed.fault, split.fault) as fault,
        coalesce(split.rounded, placed.rounded) as rounded
    ),
    coalesce(part_count, 1) as part_count
from placed
left join split on split.session_no = if(is_long, placed.session_no, null)
