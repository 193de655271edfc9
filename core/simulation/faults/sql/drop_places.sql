-- grain: one week, at home throughout, of one lively subscription within one cycle, with the events in it
with settings as (select timezone, as_of, starts_at from dataset),
lines as (
    select subscription_id, account_id, any_value(cycle_start) as first_start
    from places group by all having count(*) >= 100
),
weeks as (
    select
        lines.subscription_id, lines.account_id, cycle, cycle_start, cycle_end,
        (cycle_start at time zone timezone + to_days(7)) at time zone timezone as week_start,
        (cycle_start at time zone timezone + to_days(14)) at time zone timezone as week_end,
        strftime(cycle_start at time zone timezone + to_days(7), '%Y-%m-%d') as local_date
    from lines join cycle_places using (account_id), settings
    where cycle_no > 0 and cycle_start > starts_at + to_days(14) and cycle_start < as_of - to_days(18)
),
stays as (select subscription_id, imsi, valid_from, valid_to from subscriptions where status = 'active'),
events as (
    select
        subscription_id, week_start, list({event_id: event_id, file_id: file_id} order by event_id) as events,
        bool_or(source like 'tap:%' or call_ref is not null) as elsewhere
    from weeks
    join stays using (subscription_id)
    join usage_events using (imsi)
    where started_at >= week_start and started_at < week_end
        and valid_from <= week_start and (valid_to is null or valid_to > week_end)
    group by all
)
select weeks.*, events, week_start + to_hours(48) as known_at
from weeks join events using (subscription_id, week_start)
where not elsewhere and len(events) >= 14
order by subscription_id, week_start
