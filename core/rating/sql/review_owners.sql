-- grain: one row for each account whose usage is billed on a line that pricing expects elsewhere, or nowhere.
with misplaced as (select record_id from review_misplaced where record_id is not null),
records as (select record_id, event_id, subscription_id, started_at from mediation_records semi join misplaced using (record_id)),
events as (select event_id, imsi, started_at from usage_events semi join records using (event_id))
select sims.account_id
from events
join rating_sims as sims
    on sims.imsi = events.imsi and epoch_us(events.started_at) >= sims.from_us and epoch_us(events.started_at) < sims.to_us
where sims.account_id is not null
union
select holdings.account_id
from records
join rating_holdings as holdings
    on holdings.subscription_id = records.subscription_id
    and epoch_us(records.started_at) >= holdings.from_us and epoch_us(records.started_at) < holdings.to_us
where holdings.account_id is not null
