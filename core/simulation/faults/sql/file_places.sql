-- grain: one usage file with when it was due and the money of the lines behind it
-- not one that came again: what is lost of it is still in the file that was refused
with files as (select * from usage_files where status <> 'rejected' and kind in ('element', 'tap')),
refused as (select source, sequence + 1 as sequence from usage_files where status = 'rejected'),
partners as (select partner_id, delivery_hours from partners),
settings as (select as_of, starts_at, element_delivery_hours from dataset),
lines as (select record_id, amount from charges where kind = 'usage' and record_id is not null),
records as (select record_id, event_id from mediation_records),
contents as (
    select file_id, sum(amount) as at_stake, bool_or(call_ref is not null) as has_parts
    from usage_events
    left join records using (event_id)
    left join lines using (record_id)
    group by file_id
)
select
    files.*,
    period_end + to_hours(coalesce(delivery_hours, element_delivery_hours)) as due_at,
    coalesce(at_stake, 0)::decimal(18, 6) as at_stake,
    coalesce(has_parts, false) as has_parts,
    lead(received_at) over (partition by source order by sequence) as next_received_at,
    lag(file_id) over (partition by source order by sequence) is not null as has_former,
    as_of, starts_at
from files left join partners using (partner_id) left join contents using (file_id), settings
qualify (source, sequence) not in (from refused)
