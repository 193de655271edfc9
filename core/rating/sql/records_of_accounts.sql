-- grain: one row for each record that mediation forwarded by now of an event or a subscription in scope.
with scope as (select * from rating_scope),
events as (select event_id from rating_events),
subscriptions_in_scope as (select distinct subscription_id from rating_periods)
select mediation_records.*
from mediation_records, scope
where status = 'forwarded' and mediated_at <= as_of
    and (event_id in (select event_id from events) or subscription_id in (select subscription_id from subscriptions_in_scope))
