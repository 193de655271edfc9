-- grain: one row for each event that the network delivered by now in a file that was not rejected.
with scope as (select * from rating_scope),
rejected as (select file_id from usage_files where status = 'rejected')
select usage_events.*
from usage_events, scope
where received_at <= as_of and file_id not in (select file_id from rejected)
