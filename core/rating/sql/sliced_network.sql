-- grain: one row for each event, with the slice of the subscription that it belongs to; what nobody owns is in slice 0 (view).
with network as (select * from rating_network),
slices as (select * from rating_slices)
select network.* exclude (received_us), coalesce(slice_no, 0) as slice_no
from network
left join slices on node_no = -sub_no
