-- grain: one call or data session of one part on a line that costs something
select places.* exclude (file_id), mediation_records.quantity as measured
from places join mediation_records using (record_id)
where call_ref is null and amount > 0 and places.service in ('voice', 'data') and mediation_records.quantity > 120
order by places.event_id
