-- grain: one row for each day, source, service, partner and state of the records that mediation forwarded: what billing made of them.
with settings as (select timezone, starts_at from dataset),
files as (select file_id, partner_id from usage_files),
events as (select event_id, source, file_id from usage_events),
records as (select * from mediation_records where status = 'forwarded'),
named as (
    select subject_id, min(fault) as fault
    from findings
    where stream = 'mediation_records' and fault in ('record_not_charged', 'not_priced')
    group by subject_id
),
lines as (
    select record_id, count(*) as lines, sum(amount) as amount
    from charges
    where kind = 'usage' and record_id is not null and corrects is null
    group by record_id
),
charged as (
    select
        timezone(settings.timezone, started_at)::date as day,
        coalesce(source, 'unknown') as source,
        service,
        partner_id,
        case when lines > 1 then 'charged_twice' when lines = 1 then 'charged' else coalesce(fault, 'awaited') end as state,
        1 as records,
        quantity,
        coalesce(amount, 0) as amount
    from records
    cross join settings
    left join lines using (record_id)
    left join named on named.subject_id = record_id
    left join events using (event_id)
    left join files using (file_id)
    where started_at >= starts_at
),
without_record as (
    select
        timezone(settings.timezone, period_start)::date as day,
        'billing' as source,
        coalesce(service, 'unknown') as service,
        null as partner_id,
        if(estimated, 'estimated', 'no_record') as state,
        0 as records,
        quantity,
        amount
    from charges
    cross join settings
    anti join records using (record_id)
    where kind = 'usage' and corrects is null and period_start >= starts_at
)
select
    'billing' as point,
    day,
    source,
    service,
    partner_id,
    state,
    sum(records)::bigint as records,
    sum(quantity)::bigint as quantity,
    sum(amount)::decimal(18, 6) as amount,
    count(*) as parts
from (from charged union all by name from without_record)
group by all
