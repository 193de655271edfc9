-- grain: one chosen file with its last position
select file_id, max(file_position) as last_position
from usage_events where file_id in (select key from chosen)
group by file_id
