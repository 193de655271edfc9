-- grain: one line of roaming usage that came in after its cycle ended and before the bill left
-- one an account and cycle
select *
from places
where plain and roaming_zone <> 'home' and amount >= 0.2
    and rated_at > cycle_end + to_hours(4) and rated_at < issue_at - to_hours(30) and rated_at < as_of - to_hours(30)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
