-- grain: one call or data session of one part on a line that costs something
select sessions.* exclude (file_id), mediation_records.quantity as measured
from mediated_sessions as sessions join mediation_records using (record_id)
where call_ref is null and sessions.service in ('voice', 'data') and mediation_records.quantity > 120
order by sessions.event_id
