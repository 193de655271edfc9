/*+++
id = "late_before"
asks = "Has this source delivered late before?"
faults = ["file_late", "file_missing", "event_late", "feed_silent"]
cost = 1

[answer.often]
says = "more than one file in ten"
weights = { partner_delay = 3, mediation_backlog = 1.5 }

[answer.seldom]
says = "at most one file in ten"
weights = { partner_outage = 1.5, element_outage = 1.5 }
+++*/
-- grain: one answer for each finding of a source with files before it
with scopes as (
    select finding_id, occurred_at, coalesce(scope, split_part(split_part(subject_id, '#', 1), '@', 1)) as source from asked
),
agreed as (select partner_id, max(delivery_hours) as hours from partners group by partner_id),
files as (
    select
        usage_files.source, usage_files.period_end,
        coalesce(received_at, dataset.as_of) > period_end + to_hours(coalesce(agreed.hours, dataset.element_delivery_hours)) as is_late
    from usage_files
    cross join dataset
    left join agreed using (partner_id)
    where usage_files.source in (select source from scopes)
)
select
    scopes.finding_id,
    if(avg(is_late::int) > 0.1, 'often', 'seldom') as answer,
    sum(is_late::int) || ' of ' || count(*) || ' files before' as detail
from scopes
join files on files.source = scopes.source and files.period_end < scopes.occurred_at
group by scopes.finding_id
