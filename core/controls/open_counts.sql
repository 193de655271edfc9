-- grain: one row for each control that waits for something, or did when the run before ended: how much, how old, what became of it
with settings as (select as_of from dataset),
gone as (
    select before.control_id, judged.subject_id is not null as is_found
    from open_before as before
    anti join open_items as still on still.control_id = before.control_id and still.subject_id = before.subject_id
    left join (select distinct control_id, subject_id from judged) as judged
        on judged.control_id = before.control_id and judged.subject_id = before.subject_id
),
items as (
    select control_id, 1 as items, since, due_at, null::boolean as is_found from open_items
    union all
    select control_id, 0, null, null, is_found from gone
)
select
    control_id,
    sum(items)::bigint as items,
    count(*) filter (as_of - since > interval 1 day) as over_a_day,
    count(*) filter (as_of - since > interval 7 day) as over_a_week,
    min(since) as oldest,
    min(due_at) as next_due,
    count(*) filter (not is_found) as matched,
    count(*) filter (is_found) as found
from items
cross join settings
group by control_id
order by control_id
