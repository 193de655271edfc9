-- grain: one row for each event of a SIM in scope that the network delivered by now in a file that was not rejected.
with scope as (select * from rating_scope),
sims as (select distinct imsi from rating_sims),
rejected as (select file_id from usage_files where status = 'rejected')
select usage_events.*
from usage_events, scope
where imsi in (select imsi from sims) and received_at <= as_of and file_id not in (select file_id from rejected)
