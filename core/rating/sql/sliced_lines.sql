-- grain: one row for each line that is asked for beside, of an account in scope, with the slice of that account (view).
with slices as (select * from rating_slices),
customers as (select account_no, account_id from rating_accounts)
select lines.*, slice_no
from rating_lines_beside as lines
join customers using (account_id)
join slices on node_no = account_no
