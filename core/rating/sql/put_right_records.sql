-- grain: one row for each record that should have gone to billing: forwarded, stuck or thrown away, and no copy (view).
with scope as (select * from rating_scope),
events as (select event_id from rating_events),
subscriptions_in_scope as (select distinct subscription_id from rating_periods),
held_back as (select record_id from review_subjects where fault in ('record_suspended', 'record_discarded')),
copies as (select record_id from review_subjects where fault = 'duplicate_event' and record_id is not null)
select mediation_records.*
from mediation_records, scope
where mediated_at <= as_of
    and (event_id in (select event_id from events) or subscription_id in (select subscription_id from subscriptions_in_scope))
    and (status = 'forwarded' or record_id in (select record_id from held_back))
    and record_id not in (select record_id from copies)
