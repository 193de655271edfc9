-- grain: one usage event, arrived or not
with drawn as (select * from drawn_events),
stays as (select * from drawn_stays),
sources as (select * from drawn_sources),
roaming as (select * from drawn_partners),
directory as (select * from drawn_destinations)
select
    'E' || lpad(event_no::varchar, 10, '0') as event_id,
    source,
    source || '-' || lpad(slot::varchar, 5, '0') as file_id,
    file_position,
    ['voice', 'sms', 'data', 'iot'][service + 1] as service,
    if(incoming, 'mt', 'mo') as direction,
    '26299' || lpad(imsi_no::varchar, 10, '0') as imsi,
    '491500' || lpad(msisdn_no::varchar, 7, '0') as msisdn,
    case when service < 2 then prefix || number::varchar end as other_party,
    coalesce(plmn, '26299') as serving_plmn,
    coalesce(plmn, '26299') || '-' || lpad(cell::varchar, 4, '0') as cell,
    started_at,
    duration_s,
    bytes_up,
    bytes_down,
    'CR' || lpad(call_no::varchar, 10, '0') as call_ref,
    partial_sequence,
    partial_last,
    '35' || lpad((stays.line_no * 7368787 % 10000000000019)::varchar, 13, '0') as imei,
    case when service = 3 then 'things' when service = 2 and kind = 1 then 'corp' when service = 2 then 'internet' end as apn,
    case when service = 0 and duration_s = 0 then 'not_answered' end as cause_code,
    null::bigint as utc_offset_min,
    null::decimal(18, 6) as wholesale_charge,
    received_at
from drawn
join stays using (stay)
join sources using (source_no)
left join roaming using (partner)
join directory on directory.destination = drawn.destination and directory.choice = number % directory.choices
