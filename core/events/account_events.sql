-- grain: one row for each usage event of the account's SIMs, or behind a record that was guided to its subscriptions
with sims as (select distinct imsi from subscriptions where account_id = $account),
own as (select distinct subscription_id from subscriptions where account_id = $account),
guided as (select distinct event_id from whole_mediation_records semi join own using (subscription_id))
select * from whole_usage_events semi join sims using (imsi)
union all
select * from whole_usage_events anti join sims using (imsi) semi join guided using (event_id)
