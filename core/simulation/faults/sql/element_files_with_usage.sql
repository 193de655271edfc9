-- grain: one file of an own element with more than one event
select file_id, received_at, record_count
from file_places
where kind = 'element' and received_at is not null and record_count > 1
order by file_id
