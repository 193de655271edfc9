-- grain: one row for each record of a slice: its event is there, or is not here at all.
select * from rating_parted_records where slice_no = $slice_no and record_id not in (select record_id from rating_strays)
union all by name
select * from rating_strays where slice_no = $slice_no
