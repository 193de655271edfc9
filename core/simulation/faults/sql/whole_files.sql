-- grain: one file between two that came, of which no session has a part elsewhere
select file_id, source, sequence, partner_id, next_received_at, at_stake
from file_places
where received_at is not null and next_received_at is not null and has_former and record_count > 0 and not has_parts
    and sequence % 3 = 1
order by file_id
