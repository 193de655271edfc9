-- grain: one row for each open item of the last run that still is: of an account on no island, by a control that judges by account
insert into open_items by name
select carried_items.*
from carried_items
where control_id in (select unnest($controls::varchar[]))
