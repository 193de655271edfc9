-- grain: one row for each pass that somebody bought: usage of what it covers, from when to when (rule 12).
with scope as (select * from rating_scope),
grants as (select * from product_grants),
offers as (select * from products where kind = 'pass'),
zones as (select * from rating_zones),
subs as (select distinct subscription_id, sub_no from rating_periods where account_no in (select account_no from rating_members))
select
    grant_id,
    sub_no,
    case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 when 'iot' then 3 end as service_no,
    dz.zone_no as destination_no,
    rz.zone_no as roaming_no,
    quantity as capacity,
    epoch_us(grants.valid_from) as from_us,
    if(
        duration_hours is null,
        coalesce(epoch_us(grants.valid_to), 9223372036854775807),
        epoch_us(grants.valid_from) + duration_hours * 3600000000
    ) as to_us,
    row_number() over (partition by sub_no order by grant_id) as level
from grants
join offers using (product_id)
join subs using (subscription_id)
join zones as dz on dz.zone = coalesce(destination_zone, 'any')
join zones as rz on rz.zone = coalesce(roaming_zone, 'any'),
scope
where grants.valid_from <= as_of
