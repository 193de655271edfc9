-- grain: one session on a line that costs something, with when its last part came
with whole as (
    select call_ref, max(received_at) as last_received_at from usage_events where call_ref is not null group by call_ref
)
select
    places.* exclude (file_id, received_at), coalesce(last_received_at, received_at) as received_at,
    coalesce(last_received_at, received_at) + to_hours(mediation_hours) as due_at
from places left join whole using (call_ref)
where amount > 0
