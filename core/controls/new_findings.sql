-- One row for each subject of a fault: as the first control by id found it, with the finding that it follows from.
with first_found as (
    select * from judged qualify row_number() over (partition by finding_id order by control_id) = 1
),
causes as (
    select fault as caused_by_fault, subject_id as caused_by_subject, min(finding_id) as cause_id
    from first_found
    group by fault, subject_id
)
select
    first_found.* exclude (caused_by, caused_by_fault, caused_by_subject),
    nullif(causes.cause_id, first_found.finding_id) as caused_by
from first_found
left join causes using (caused_by_fault, caused_by_subject)
