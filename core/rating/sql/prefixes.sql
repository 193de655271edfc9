-- grain: one row for each beginning of a dialled number: the zone of its longest known prefix (rule 4).
with dialled as (select other_party from usage_events where service in ('voice', 'sms') and direction = 'mo' and other_party is not null),
known as (select prefix, any_value(zone) as zone, length(prefix) as digits from destinations group by prefix),
zones as (select * from rating_zones),
longest as (select max(digits) as digits from known),
heads as (select distinct left(other_party, digits) as head from dialled, longest where digits is not null),
lengths as (select distinct digits from known)
select head, arg_max(greatest(zone_no, 0), known.digits) as zone_no
from heads
join lengths on lengths.digits <= length(head)
join known on known.prefix = left(head, lengths.digits)
join zones on zones.zone = known.zone
group by head
