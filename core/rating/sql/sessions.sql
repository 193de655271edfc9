-- grain: one row for each session of partial records that the network delivered (rule 3).
with events as (select * from rating_events where call_ref is not null or partial_sequence is not null),
parts as (
    select *
    from events
    qualify row_number() over (
        partition by imsi, coalesce(call_ref, event_id), coalesce(partial_sequence::varchar, event_id)
        order by received_at, event_id
    ) = 1
)
select
    arg_min(event_id, row(coalesce(partial_sequence, 1), started_at, event_id)) as event_id,
    sum(case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end)::bigint as quantity,
    sum(duration_s)::bigint as duration_s,
    coalesce(bool_or(partial_last), false) or (count(*) = 1 and bool_and(partial_sequence is null)) as is_complete,
    max(epoch_us(received_at)) as received_us
from parts
group by imsi, coalesce(call_ref, event_id)
