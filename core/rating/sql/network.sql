-- grain: one row for each event: whose it is, where it took place, where it went and how much it was (rules 1, 3, 4).
with events as (select * from rating_events),
sims as (select * from rating_sims),
plmns as (select * from rating_plmns),
prefixes as (select * from rating_prefixes),
longest as (select max(length(prefix)) as digits from destinations)
select
    event_id,
    case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 else 3 end as service_no,
    if(direction = 'mt', 1, 0) as direction_no,
    if(service in ('data', 'iot') or direction = 'mt', 1, coalesce(prefixes.zone_no, 0)) as destination_no,
    coalesce(plmns.zone_no, 0) as roaming_no,
    epoch_us(started_at) as started_us,
    case service when 'voice' then duration_s when 'sms' then 1 else bytes_up + bytes_down end as quantity,
    duration_s,
    epoch_us(received_at) as received_us,
    partial_sequence is null and call_ref is null as is_whole,
    sub_no, account_no, bill_cycle_day, plan_no, cap_micro
from events
left join sims
    on sims.imsi = events.imsi and epoch_us(started_at) >= sims.from_us and epoch_us(started_at) < sims.to_us
left join plmns on plmns.plmn = serving_plmn
left join prefixes
    on prefixes.head = if(service in ('voice', 'sms') and direction = 'mo', left(other_party, (select digits from longest)), null)
