-- grain: one event of a file with few, all of them whole sessions on a line of their own account and cycle
with files as (
    select file_id, source, sequence, received_at as file_received_at, due_at
    from file_places
    where received_at is not null and record_count between 1 and $most and not has_parts
),
contents as (select file_id, event_id, wholesale_charge from usage_events semi join files using (file_id)),
lines as (select * exclude (file_id) from places),
single as (
    select contents.file_id
    from contents left join lines using (event_id)
    group by contents.file_id
    having count(*) = count(lines.event_id) and count(*) = count(distinct (account_id, cycle))
        and max(lines.received_at) < any_value(lines.as_of) - to_days(4)
)
select files.*, contents.event_id, contents.wholesale_charge, lines.* exclude (event_id, source)
from single join files using (file_id) join contents using (file_id) join lines using (event_id)
order by file_id, event_id
