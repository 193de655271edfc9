-- grain: one row for each record whose event belongs to another slice than mediation said, with the event's slice.
with unmatched as (select * from rating_unmatched),
elsewhere as (select event_id, slice_no from rating_parted_network where event_id in (select event_id from unmatched))
select records.* replace (elsewhere.slice_no as slice_no)
from rating_parted_records as records
join elsewhere using (event_id)
