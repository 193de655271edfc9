-- grain: one row for each session of a slice.
select * exclude (slice_no) from rating_parted_usage where slice_no = $slice_no
