-- grain: one row for each record, with the slice of the subscription that mediation guided it to, 0 for none (view).
with records as (select * from rating_records),
subs as (select distinct subscription_id, sub_no from rating_periods),
slices as (select * from rating_slices)
select
    record_id, event_id, records.subscription_id, service, direction, destination_zone, roaming_zone, started_at, quantity, mediated_at,
    coalesce(slice_no, 0) as slice_no
from records
left join subs on subs.subscription_id = records.subscription_id
left join slices on node_no = -sub_no
