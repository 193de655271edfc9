-- grain: one row for each session that mediation forwarded, with the slice that prices it; what nobody owns is in slice 0 (view).
with usage as (select * from rating_all_usage),
slices as (select * from rating_slices)
select usage.*, coalesce(slice_no, 0) as slice_no
from usage
left join slices on node_no = -sub_no
