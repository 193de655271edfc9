-- grain: one lone event of an own element
select event_id, places.file_id, account_id, cycle, places.received_at, amount as at_stake
from places join file_places using (file_id)
where kind = 'element' and call_ref is null and record_count > 1
order by event_id
