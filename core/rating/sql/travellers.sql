-- grain: one row for each file that is not here and subscription that was on that partner's network when its period began: until when.
-- Last seen there at most 10 days before, and nowhere else since; the first usage elsewhere ends the stay.
with missing as (select * from missing_files where coalesce(record_count, 1) > 0),
billed as (select account_id, bill_cycle_day from accounts),
abroad as (select plmn, partner_id from networks),
holders as (select * from subscriptions),
seen as (
    select subscription_id, account_id, events.imsi, serving_plmn, started_at, abroad.partner_id
    from usage_events as events
    join holders on holders.imsi = events.imsi and started_at >= valid_from and (valid_to is null or started_at < valid_to)
    left join abroad on plmn = serving_plmn
    where subscription_id in (
        select subscription_id
        from holders
        join usage_events using (imsi)
        join abroad on plmn = serving_plmn
        where abroad.partner_id in (select partner_id from missing)
    )
),
before as (
    select
        missing.source, missing.sequence, subscription_id, any_value(account_id) as account_id,
        arg_max(seen.imsi, started_at) as imsi,
        arg_max(serving_plmn, started_at) as serving_plmn,
        arg_max(coalesce(seen.partner_id, ''), started_at) as last_partner
    from missing
    join seen on started_at < period_start and started_at >= period_start - interval 10 day
    group by all
),
after as (
    select missing.source, missing.sequence, subscription_id, min(started_at) as left_at
    from missing
    join seen on started_at >= period_start and started_at < period_end and seen.partner_id is distinct from missing.partner_id
    group by all
)
select
    missing.*, before.account_id, before.subscription_id, imsi, serving_plmn, coalesce(bill_cycle_day, 1) as bill_cycle_day,
    timezone(tz, period_start)::date as day,
    least(coalesce(left_at, period_end), period_end, as_of) as stays_until
from missing
join before on before.source = missing.source and before.sequence = missing.sequence and last_partner = missing.partner_id
left join billed using (account_id)
left join after
    on after.source = missing.source and after.sequence = missing.sequence and after.subscription_id = before.subscription_id,
(select as_of, timezone as tz from dataset)
order by missing.source, missing.sequence, subscription_id
