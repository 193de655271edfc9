-- grain: one chosen record that mediation did not forward
update mediation_records
set status = chosen.status, reason = chosen.reason,
    subscription_id = if(chosen.reason = 'unknown_subscriber', null, subscription_id)
from chosen where record_id = key
