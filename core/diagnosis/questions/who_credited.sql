/*+++
id = "who_credited"
asks = "Does one person stand behind most of these credits?"
faults = ["adjustment_abuse"]
cost = 1

[answer.one_person]
says = "one person keyed in at least three of them"
weights = { internal_misuse = 4 }

[answer.several_people]
says = "several people keyed them in"
weights = { manual_error = 3 }
+++*/
-- grain: one answer for each credit that a person keyed in
with lines as (
    select charge_id, created_by from charges where charge_id in (select subject_id from findings where fault = 'adjustment_abuse')
),
people as (select created_by, count(*) as credits from lines where created_by <> 'system' group by created_by)
select
    asked.finding_id,
    if(people.credits >= 3, 'one_person', 'several_people') as answer,
    people.credits || ' credits by the same person' as detail
from asked
join lines on lines.charge_id = asked.subject_id
join people using (created_by)
