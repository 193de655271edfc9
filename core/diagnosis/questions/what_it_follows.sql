/*+++
id = "what_it_follows"
asks = "What does the finding that this one follows from say?"
faults = []
cost = 1
passes_on = true
+++*/
-- grain: one answer for each finding that follows from another: the cause of that one
with others as (select finding_id, fault, root_cause from findings)
select asked.finding_id, others.root_cause as answer, others.fault as detail
from asked
join others on others.finding_id = asked.caused_by
