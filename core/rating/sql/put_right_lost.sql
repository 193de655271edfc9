-- grain: one row for each session that mediation never saw: as it would have gone to billing.
with lost as (select event_id from review_subjects where fault = 'event_not_mediated'),
mediated as (select event_id from rating_records),
sessions as (select * from rating_lost_usage)
select sessions.*
from sessions
semi join lost using (event_id)
anti join mediated using (event_id)
