-- grain: one file of the partner with most usage of late, from the last days
with files as (select * from file_places where kind = 'tap'),
recent as (select * from files where period_end > as_of - to_days($days)),
busiest as (
    select partner_id from recent group by partner_id order by sum(record_count) desc, partner_id limit 1
)
select file_id, due_at, as_of, at_stake
from recent
where partner_id in (from busiest)
order by sequence
