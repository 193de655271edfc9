-- grain: one row for each record of the slice's accounts that billing charged, with the facts that mediation gave it.
with members as (select account_no, bill_cycle_day from rating_members),
records as (select * from rating_records),
billed as (
    select record_id, min(subscription_id) as subscription_id from review_billed semi join records using (record_id) group by record_id
),
network as (
    select usage.* from rating_all_usage as usage
),
zones as (select zone, greatest(zone_no, 0) as zone_no from rating_zones),
holdings as (select * from rating_holdings)
select
    records.record_id,
    records.event_id,
    holdings.sub_no,
    holdings.account_no,
    holdings.bill_cycle_day,
    coalesce(holdings.plan_no, 0) as plan_no,
    holdings.cap_micro,
    network.service_no,
    network.direction_no,
    coalesce(dz.zone_no, network.destination_no) as destination_no,
    coalesce(rz.zone_no, network.roaming_no) as roaming_no,
    epoch_us(records.started_at) as started_us,
    records.quantity,
    network.duration_s,
    network.arrived_us,
    (((coalesce(holdings.plan_no, 0) * 4 + service_no) * 2 + direction_no) * 100000 + coalesce(dz.zone_no, destination_no)) * 100000
        + coalesce(rz.zone_no, roaming_no) as kind_no
from records
join billed using (record_id)
join network using (record_id)
join holdings
    on holdings.subscription_id = billed.subscription_id
    and epoch_us(records.started_at) >= holdings.from_us and epoch_us(records.started_at) < holdings.to_us
join members on members.account_no = holdings.account_no
left join zones as dz on dz.zone = records.destination_zone
left join zones as rz on rz.zone = records.roaming_zone
