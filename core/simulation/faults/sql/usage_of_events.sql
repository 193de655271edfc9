-- grain: one chosen event with its record, all columns
select
    usage_events.*, record_id, subscription_id, destination_zone, roaming_zone, quantity, status, reason, mediated_at
from usage_events join mediation_records using (event_id)
where event_id in (select key from chosen)
