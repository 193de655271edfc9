-- grain: one file of an own element that is busy and has been so for a while, numbered within its source
with files as (
    select *, avg(record_count) over (partition by source) as usual_count, row_number() over (partition by source order by sequence) as place
    from file_places
    where kind = 'element' and received_at is not null
)
select file_id, source, place, period_start, received_at, at_stake
from files
where usual_count >= 12 and place > 24 and period_start < as_of - to_days(6)
order by source, place
