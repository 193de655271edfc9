-- grain: one row for each finding of the last run that stands: of an account on no island, by a control that judges by account
insert into judged by name
select * replace ($as_of::timestamptz as detected_at)
from rows_before
where control_id in (select unnest($controls::varchar[]))
