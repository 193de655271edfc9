-- grain: one row for each event of a SIM in scope, those included that came in a rejected file and never came again (view).
with scope as (select * from rating_scope),
sims as (select distinct imsi from rating_sims),
lost as (select event_id from review_subjects where fault = 'event_not_mediated'),
rejected as (select file_id from usage_files where status = 'rejected')
select usage_events.*
from usage_events, scope
where imsi in (select imsi from sims) and received_at <= as_of
    and (file_id not in (select file_id from rejected) or event_id in (select event_id from lost))
