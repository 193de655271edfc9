-- grain: one usage line on a plain bill that could be charged again a moment later, one an account and cycle
select places.*
from places
where plain and amount >= 0.05 and rated_at < as_of - to_hours(2) and rated_at < issue_at - to_hours(2)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
