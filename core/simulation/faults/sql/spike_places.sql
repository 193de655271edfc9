-- grain: one outgoing call or data session at home, of one part, in a file whose period is in one local day
with files as (
    select file_id, period_start as file_start, period_end as file_end
    from file_places, (select timezone from dataset)
    where kind = 'element' and received_at is not null
        and (period_start at time zone timezone)::date = ((period_end - interval 1 second) at time zone timezone)::date
),
stays as (select subscription_id, valid_from, valid_to from subscriptions where status = 'active'),
settings as (select timezone, starts_at from dataset)
select
    places.* exclude (amount), file_start, file_end,
    strftime(file_start at time zone timezone, '%Y-%m-%d') as local_date
from places
join files using (file_id)
join stays using (subscription_id), settings
where call_ref is null and roaming_zone = 'home'
    and (service = 'data' or (service = 'voice' and direction = 'mo'))
    and valid_from <= file_start and (valid_to is null or valid_to > file_end)
    and file_start >= cycle_start and file_end <= cycle_end
    and file_start >= starts_at + to_days(21) and places.received_at < as_of - to_days(2)
qualify row_number() over (partition by places.account_id, places.cycle order by md5(places.event_id)) <= 4
order by places.event_id
