-- grain: one session of one part with the files of its source that came later, in time for its bill
with files as (
    select file_id, source, received_at as file_received_at from file_places
    where received_at is not null and received_at <= due_at
)
select
    places.event_id, places.file_id, places.record_id, places.account_id, places.subscription_id, places.cycle,
    places.amount, places.received_at, places.service,
    list({file_id: files.file_id, received_at: file_received_at} order by file_received_at)[1:8] as later
from mediated_sessions as places
join files on files.source = places.source and file_received_at > places.received_at
    and file_received_at < places.received_at + to_days(4)
    and file_received_at < issue_at - to_hours(12)
where call_ref is null
group by all
order by places.event_id
