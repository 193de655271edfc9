-- One row for each control that found something: how many subjects, and their money in home currency.
with home as (select currency from dataset),
followers as (select finding_id from findings where caused_by is not null)
select
    judged.control_id,
    count(*) as violations,
    coalesce(sum(judged.amount) filter (where followers.finding_id is null and judged.currency = home.currency), 0) as amount
from judged
cross join home
left join followers using (finding_id)
group by judged.control_id
