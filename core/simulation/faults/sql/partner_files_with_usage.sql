-- grain: one partner file with usage
select file_id, total_charge, received_at
from file_places
where kind = 'tap' and received_at is not null and record_count > 0
order by file_id
