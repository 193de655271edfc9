-- grain: one flat line that could be wrong at first and put right before its bill leaves
with lines as (from flat_lines)
select *
from lines
where amount >= 0.05 and amount < room and amount < slack
    and rated_at < as_of - to_days(2) and rated_at < issue_at - to_days(2)
order by charge_id
