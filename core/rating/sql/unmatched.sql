-- grain: one row for each record of the slice at hand whose event is not in that slice.
select event_id
from (select event_id from rating_slice_records)
anti join (select event_id from rating_slice_network) using (event_id)
