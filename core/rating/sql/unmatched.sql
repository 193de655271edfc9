-- grain: one row for each record of a slice whose event is not in that slice.
select event_id
from (select event_id from rating_parted_records where slice_no = $slice_no)
anti join (select event_id from rating_parted_network where slice_no = $slice_no) using (event_id)
