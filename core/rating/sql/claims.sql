-- grain: one row for each session and pool of free usage that it may draw from: a pool is a source of one owner and cycle (rule 8).
with sessions as (select * from rating_priced_sessions where rounded > 0),
inclusions as (select * from rating_inclusions),
passes as (select * from rating_passes),
units as (select * from rating_counting_promotions where kind = 'free_units'),
sources as (select * from rating_sources),
found as (
    select sessions.*, source_no, inclusions.level, capacity, if(is_shared, -account_no, sub_no) as owner_no, cycle_no as pool_cycle
    from sessions
    join inclusions using (kind_no)
    where started_us >= from_us and started_us < to_us
    union all by name
    select sessions.*, sources.source_no, sources.level, sources.capacity, sessions.sub_no as owner_no, 0 as pool_cycle
    from sessions
    join passes
        on passes.sub_no = sessions.sub_no and passes.service_no = sessions.service_no
        and passes.destination_no in (sessions.destination_no, 1)
        and passes.roaming_no in (sessions.roaming_no, 1)
        and started_us >= from_us and started_us < to_us
    join sources on stage = 0 and source_id = grant_id
    union all by name
    select sessions.*, sources.source_no, sources.level, sources.capacity, sessions.sub_no as owner_no, sessions.cycle_no as pool_cycle
    from sessions
    join units
        on units.sub_no = sessions.sub_no and units.cycle_no = sessions.cycle_no
        and (
            applies_to = 'usage'
            or case applies_to when 'voice' then 0 when 'sms' then 1 when 'data' then 2 when 'iot' then 3 end = sessions.service_no
        )
    join sources on stage = 1 and source_id = grant_id
)
select session_no, level, source_no, owner_no, pool_cycle, capacity, rounded, order_us, event_id, record_id
from found
