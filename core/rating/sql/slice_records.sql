-- grain: one row for each record of the slice at hand: its event is there, or is not here at all (view).
select * from rating_slice_records anti join rating_strays using (record_id)
union all by name
select * from rating_moved_records
