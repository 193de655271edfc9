-- grain: one row for each finding of the last run that stands: of an account on no island, by a control that judges by account
insert into judged by name
select carried_findings.* replace (dataset.as_of as detected_at)
from carried_findings
cross join dataset
where control_id in (select unnest($controls::varchar[]))
