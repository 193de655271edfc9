-- grain: one row for each record that a slice takes over, as its event is there.
select * exclude (slice_no) from rating_strays where slice_no = $slice_no
