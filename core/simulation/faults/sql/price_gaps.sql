-- grain: one line that would lose its price if a row of the price list had a gap for a day, or ended for good
with tariffs as (select * from tariffs where valid_to is null),
settings as (select timezone, as_of from dataset),
alone as (
    -- rows that nothing else stands in for
    select tariff_id
    from tariffs as own
    where plan_id = '*' and not exists (
        select 1 from tariffs as other
        where other.tariff_id <> own.tariff_id and other.service = own.service
            and (other.direction = own.direction or other.direction = 'any' or own.direction = 'any')
            and (other.destination_zone = own.destination_zone or other.destination_zone = 'any'
                or own.destination_zone = 'any')
            and (other.roaming_zone = own.roaming_zone or other.roaming_zone = 'any' or own.roaming_zone = 'any')
    )
),
unrated as (
    -- days on which usage is still without a line, which lacks its price all the same
    select distinct service, date_trunc('day', started_at at time zone timezone) as local_day
    from mediation_records anti join charges using (record_id), settings
    where mediation_records.status = 'forwarded'
),
lines as (
    select
        charge_id, service, record_id, account_id, subscription_id, tariff_id, amount, period_start, period_end,
        date_trunc('day', period_start at time zone timezone) as local_day,
        date_trunc('day', period_end at time zone timezone) as end_day
    from charges join alone using (tariff_id), settings
    where kind = 'usage' and record_id is not null
),
days as (
    select tariff_id, local_day, count(*) as lines
    from lines, settings
    -- of later days not every record may have been rated yet
    where (local_day + interval 1 day) at time zone timezone < as_of - interval 4 days
    group by all having count(*) <= 6 and max(end_day) = local_day and max(amount) >= 0.02
),
cycles as (select account_id, cycle, cycle_start, cycle_end, cycle_no from cycle_places),
records as (select record_id, mediated_at from mediation_records)
select
    lines.charge_id, lines.record_id, lines.account_id, subscription_id, cycle, amount, tariff_id, mediated_at,
    tariff_id || strftime(local_day, '/%Y-%m-%d') as gap,
    local_day at time zone timezone as gap_from,
    (local_day + interval 1 day) at time zone timezone as gap_to,
    (service, local_day) not in (from unrated) as is_rated
from lines
join days using (tariff_id, local_day)
join cycles using (account_id)
join records using (record_id), settings
where period_start >= cycle_start and period_start < cycle_end and cycle_no > 0
order by gap, charge_id
