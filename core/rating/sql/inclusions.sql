-- grain: one row for each kind of usage and allowance of a plan that covers it (rule 8).
with kinds as (select * from rating_kinds),
allowed as (select * from allowances),
zones as (select * from rating_zones),
sources as (select * from rating_sources where stage = 2)
select
    kind_no, source_no, level, capacity,
    scope = 'account' as is_shared,
    epoch_us(valid_from) as from_us,
    coalesce(epoch_us(valid_to), 9223372036854775807) as to_us
from allowed
join sources on source_id = allowance_id
join zones as dz on dz.zone = allowed.destination_zone
join zones as rz on rz.zone = allowed.roaming_zone
join kinds
    on allowed.plan_id in (kinds.plan_id, '*')
    and case service when 'voice' then 0 when 'sms' then 1 when 'data' then 2 else 3 end = kinds.service_no
    and allowed.direction in (kinds.direction, 'any')
    and dz.zone_no in (kinds.destination_no, 1)
    and rz.zone_no in (kinds.roaming_no, 1)
