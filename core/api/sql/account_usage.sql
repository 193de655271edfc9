-- grain: one row for each piece of the account's usage that mediation kept
with settings as (select timezone from dataset),
mine as (select distinct subscription_id from subscriptions where account_id = $account),
records as (select * from mediation_records semi join mine using (subscription_id))
select
    records.record_id,
    records.event_id,
    records.service,
    coalesce(records.roaming_zone, 'unknown') as zone,
    (records.started_at at time zone settings.timezone)::date as day,
    records.quantity
from records, settings
where records.status in ('forwarded', 'suspended')
