-- grain: one row for each row of the price list that is in force at an instant, as if it always had been.
with offered as (select * from rows_offered)
select * replace ('1970-01-01 00:00:00+00'::timestamptz as valid_from, null::timestamptz as valid_to)
from offered
where valid_from <= $instant and (valid_to is null or valid_to > $instant)
