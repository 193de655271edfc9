-- grain: one file of an own element that could come late and still make the bill
select file_id, due_at, at_stake
from file_places
where kind = 'element' and received_at is not null and record_count > 0 and period_end < as_of - to_days(8)
order by file_id
