-- grain: one report of one thing, with a file of a switch and of a partner in which it could appear soon after
with reports as (
    select *
    from places
    where service = 'iot' and received_at < as_of - to_days(6) and started_at > cycle_start + to_days(1)
        and started_at < cycle_end - to_days(3)
    qualify row_number() over (partition by subscription_id order by md5(event_id)) = 1
),
stays as (select subscription_id, valid_from, valid_to from subscriptions where status = 'active'),
phones as (
    select file_id as phone_file, source as phone_source, period_start as phone_start, period_end as phone_end,
        received_at as phone_received_at
    from file_places
    where source = 'msc-01' and received_at is not null and received_at <= due_at
),
visited as (
    select
        file_id as abroad_file, source as abroad_source, period_start as abroad_start, period_end as abroad_end,
        received_at as abroad_received_at, plmn, zone, rate as wholesale_rate, increment as wholesale_step
    from file_places
    join networks using (partner_id)
    join partner_rates using (partner_id)
    where kind = 'tap' and received_at is not null and received_at <= due_at and record_count > 0
        and service = 'data' and unit = 'gb'
)
select reports.* exclude (file_id, amount), phones.*, visited.*
from reports
join stays using (subscription_id)
join phones on phone_start > started_at and phone_end < started_at + to_days(2)
join visited on abroad_start > started_at and abroad_end < started_at + to_days(3)
where valid_from <= started_at and (valid_to is null or valid_to > started_at + to_days(3))
qualify row_number() over (partition by event_id order by phone_start, md5(event_id || abroad_source), abroad_start) = 1
order by event_id
