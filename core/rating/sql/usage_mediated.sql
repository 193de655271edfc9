-- grain: one row for each record that mediation forwarded, as the network saw it, or as mediation did where its event is not here.
with scope as (select * from rating_scope),
records as (select * from rating_records),
network as (select * from rating_network),
sessions as (select * from rating_sessions),
holdings as (select * from rating_holdings),
zones as (select * from rating_zones),
known as (
    select exists (select 1 from networks) as networks_known, exists (select 1 from destinations) as numbers_known
),
joined as (
    select
        records.*,
        network.* exclude (event_id, started_us, quantity, duration_s, service_no, direction_no),
        sessions.is_complete,
        coalesce(network.service_no, case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 else 3 end) as service_no,
        coalesce(network.direction_no, if(direction = 'mt', 1, 0)) as direction_no,
        coalesce(network.started_us, epoch_us(records.started_at)) as started_us,
        case
            when sessions.is_complete then sessions.quantity
            when network.is_whole then network.quantity
            else records.quantity
        end as rated_quantity,
        coalesce(sessions.duration_s, network.duration_s, if(records.service = 'voice', records.quantity, 0)) as duration_s,
        if(network.event_id is null or (roaming_no = 0 and not networks_known), roaming_zone, null) as told_roaming,
        if(network.event_id is null or (destination_no = 0 and not numbers_known), destination_zone, null) as told_destination,
        if(network.event_id is null, records.subscription_id, null) as guided_to
    from records
    left join network on network.event_id = records.event_id
    left join sessions on sessions.event_id = if(network.is_whole, null, records.event_id),
    known
),
resolved as (
    select
        record_id,
        event_id,
        coalesce(joined.sub_no, holdings.sub_no) as sub_no,
        coalesce(joined.account_no, holdings.account_no) as account_no,
        coalesce(joined.bill_cycle_day, holdings.bill_cycle_day) as bill_cycle_day,
        coalesce(joined.plan_no, holdings.plan_no, 0) as plan_no,
        coalesce(joined.cap_micro, if(joined.sub_no is null, holdings.cap_micro, null)) as cap_micro,
        service_no,
        direction_no,
        greatest(coalesce(dz.zone_no, destination_no), 0) as destination_no,
        greatest(coalesce(rz.zone_no, roaming_no), 0) as roaming_no,
        started_us,
        rated_quantity as quantity,
        duration_s,
        epoch_us(mediated_at) as arrived_us
    from joined
    left join holdings
        on holdings.subscription_id = guided_to and started_us >= holdings.from_us and started_us < holdings.to_us
    left join zones as dz on dz.zone = told_destination
    left join zones as rz on rz.zone = told_roaming
)
select
    resolved.*,
    (((plan_no * 4 + service_no) * 2 + direction_no) * 100000 + destination_no) * 100000 + roaming_no as kind_no
from resolved
