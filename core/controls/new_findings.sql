-- One row for each subject of a fault: as the first control by id found it, with the finding that it follows from.
-- Money is summed where nothing is followed, so what has money follows only what has some itself.
with first_found as (
    select * from judged qualify row_number() over (partition by finding_id order by control_id) = 1
),
causes as (
    select fault as caused_by_fault, subject_id as caused_by_subject, min(finding_id) as cause_id, bool_or(amount <> 0) as has_money
    from first_found
    group by fault, subject_id
)
select
    first_found.* exclude (caused_by, caused_by_fault, caused_by_subject),
    case
        when causes.has_money or first_found.amount = 0 then nullif(causes.cause_id, first_found.finding_id)
    end as caused_by
from first_found
left join causes using (caused_by_fault, caused_by_subject)
