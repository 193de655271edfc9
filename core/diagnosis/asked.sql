-- grain: one row for each finding that questions are asked about
create or replace temp table asked as
with chosen as (select finding_id from asking)
select
    finding_id, fault, account_id, subscription_id, stream, subject_id, occurred_at, amount, cycle, caused_by,
    evidence::json as evidence,
    evidence->>'$.scope' as scope
from findings
semi join chosen using (finding_id)
