-- grain: one row for each event of a slice.
select * exclude (slice_no) from rating_parted_network where slice_no = $slice_no
