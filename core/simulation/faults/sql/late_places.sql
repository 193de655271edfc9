-- grain: one session of one part on a bill that left a while ago, with the first file of its source that came after
with events as (select event_id, wholesale_charge from usage_events),
files as (select file_id, source, received_at from file_places where received_at is not null and received_at <= due_at),
places as (select * from mediated_sessions where call_ref is null and issue_at < as_of - to_days(4)),
later as (
    select event_id, arg_min(files.file_id, files.received_at) as later_file, min(files.received_at) as later_at
    from places join files
        on files.source = places.source and files.received_at > issue_at + to_hours(1)
            and files.received_at < issue_at + to_days(4)
    group by event_id
)
select places.*, wholesale_charge, later_file, later_at
from places join events using (event_id) join later using (event_id) semi join files using (file_id)
where later_at < as_of - to_hours(24)
order by event_id
