-- grain: one row for each finding about usage that billing never got, got twice or got for somebody else: its event and its record.
with found as (
    select finding_id, fault, subject_id, account_id, subscription_id, cycle, occurred_at
    from judged
    where fault in (
        'event_not_mediated', 'record_suspended', 'record_discarded', 'record_not_charged', 'duplicate_event', 'guided_to_wrong_account'
    )
    qualify row_number() over (partition by finding_id order by control_id) = 1
),
by_event as (select * from found where fault in ('event_not_mediated', 'duplicate_event')),
by_record as (select * from found where fault not in ('event_not_mediated', 'duplicate_event')),
records as (
    select record_id, event_id, status
    from mediation_records
    where record_id in (select subject_id from by_record) or event_id in (select subject_id from by_event)
),
forwarded as (select event_id, min(record_id) as record_id from records where status = 'forwarded' group by event_id)
select by_event.*, subject_id as event_id, record_id
from by_event
left join forwarded on forwarded.event_id = subject_id
union all
select by_record.*, event_id, subject_id as record_id
from by_record
left join records on records.record_id = subject_id
