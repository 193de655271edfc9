-- grain: one usage line on a plain bill that could be charged again a moment later
select places.*
from places
where plain and amount >= 0.05 and rated_at < as_of - to_hours(2) and rated_at < issue_at - to_hours(2)
order by charge_id
