-- grain: one usage line of a sample of accounts, with its event, record and cycle
with sample as (
    select account_id from accounts order by md5(account_id || $salt) limit $accounts
),
lines as (
    select charge_id, record_id, account_id, subscription_id, amount, rated_at, invoice_id, period_start, plan_id, tariff_id,
        quantity, free_quantity, period_end
    from charges
    where kind = 'usage' and record_id is not null and not estimated and account_id in (from sample)
),
records as (
    select record_id, event_id, mediated_at, roaming_zone, destination_zone, direction, quantity as metered
    from mediation_records
),
events as (select event_id, source, file_id, service, call_ref, received_at, started_at, imsi from usage_events),
cycles as (
    select account_id, cycle, cycle_no, cycle_start, cycle_end, issue_at, plain, invoice_id as bill from cycle_places
),
bills as (select invoice_id, total as bill_total from invoices),
settings as (select as_of, mediation_hours from dataset)
select
    lines.*, records.* exclude (record_id), events.* exclude (event_id), cycles.* exclude (account_id), bill_total,
    as_of, mediation_hours
from lines
join records using (record_id)
join events using (event_id)
join cycles using (account_id)
left join bills using (invoice_id), settings
where period_start >= cycle_start and period_start < cycle_end and cycle_no > 0
