-- grain: one row for each kind of usage of the slice that finds no price: since when and until when it was seen.
with located as (select session_no, kind_no, started_us, fault from rating_located where sub_no is not null and band_no is not null),
split as (select session_no, fault from rating_split_sessions),
kinds as (select * from rating_kinds)
select
    plan_id, service_no, direction, destination_no, roaming_no,
    make_timestamptz(min(started_us)) as first_at,
    make_timestamptz(max(started_us)) as last_at
from located
left join split using (session_no)
join kinds using (kind_no)
where if(split.session_no is null, located.fault, split.fault) = 'no tariff matches'
group by plan_id, service_no, direction, destination_no, roaming_no
