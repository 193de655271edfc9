-- grain: one row for each session that mediation would forward: complete, answered, and not of a test file or SIM (rule 3).
with events as (select * from rating_events),
network as (select * from rating_network),
sessions as (select * from rating_sessions where is_complete),
test_files as (select file_id from usage_files where kind = 'test'),
test_sims as (select * from provisioning where sim_use <> 'customer'),
refused as (
    select event_id
    from events
    where file_id in (select file_id from test_files) or replace(coalesce(cause_code, ''), ' ', '_') = 'not_answered'
    union all
    select event_id
    from events
    join test_sims
        on test_sims.imsi = events.imsi and events.started_at >= active_from
        and (active_to is null or events.started_at < active_to)
),
resolved as (
    select
        null::varchar as record_id,
        network.event_id,
        sub_no, account_no, bill_cycle_day,
        coalesce(plan_no, 0) as plan_no,
        cap_micro, service_no, direction_no, destination_no, roaming_no, started_us,
        coalesce(sessions.quantity, network.quantity) as quantity,
        coalesce(sessions.duration_s, network.duration_s) as duration_s,
        coalesce(sessions.received_us, network.received_us) as arrived_us
    from network
    left join sessions using (event_id)
    where (network.is_whole or sessions.event_id is not null)
        and network.event_id not in (select event_id from refused)
)
select
    resolved.*,
    (((plan_no * 4 + service_no) * 2 + direction_no) * 100000 + destination_no) * 100000 + roaming_no as kind_no
from resolved
