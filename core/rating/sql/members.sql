-- grain: one row for each account that the slice prices.
with slices as (select * from rating_slices)
select rating_accounts.*
from rating_accounts
join slices on node_no = account_no
where slice_no = $slice_no
