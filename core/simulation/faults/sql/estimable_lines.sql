-- grain: one line of roaming usage that came in after its cycle ended and before the bill left
select *
from places
where plain and roaming_zone <> 'home' and amount >= 0.2
    and rated_at > cycle_end + to_hours(4) and rated_at < issue_at - to_hours(30) and rated_at < as_of - to_hours(30)
order by charge_id
