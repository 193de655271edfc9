/*+++
id = "file_again"
asks = "Do several copies come from the same two files?"
faults = ["duplicate_event", "file_excess"]
cost = 2

[answer.whole_file]
says = "they do: a file was delivered again"
weights = { duplicate_delivery = 3 }

[answer.single]
says = "it stands alone"
weights = { element_outage = 1.2, mediation_config = 1.2 }
+++*/
-- grain: one answer for each copy whose event is here
with copies as (
    select event_id, file_id from usage_events where event_id in (select subject_id from findings where fault = 'duplicate_event')
),
files as (select file_id, count(*) as copies from copies group by file_id)
select
    asked.finding_id,
    if(files.copies >= 3, 'whole_file', 'single') as answer,
    files.copies || ' in file ' || files.file_id as detail
from asked
left join copies on copies.event_id = asked.subject_id
join files on files.file_id = coalesce(copies.file_id, asked.subject_id)
