-- grain: one row for each reason why sessions of the slice have no price, with one of them.
select reason, count(*) as sessions, min(coalesce('record ' || record_id, 'event ' || event_id)) as example
from unpriced
group by reason
