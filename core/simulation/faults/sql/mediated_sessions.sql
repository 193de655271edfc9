-- grain: one session on a line that costs something, with when its last part came; at most 12 of an account and cycle
with whole as (
    select call_ref, max(received_at) as last_received_at from usage_events where call_ref is not null group by call_ref
),
drawn as (
    select *
    from places
    where amount > 0
    qualify row_number() over (partition by account_id, cycle order by md5(event_id)) <= 12
)
select
    drawn.* exclude (received_at), coalesce(last_received_at, received_at) as received_at,
    coalesce(last_received_at, received_at) + to_hours(mediation_hours) as due_at
from drawn left join whole using (call_ref)
