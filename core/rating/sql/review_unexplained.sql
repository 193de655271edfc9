-- grain: one row for each line whose amount is another although nothing that it says is.
select line_no
from review_readings
where rest <> 0 and billed_micro not in (0, expected_micro) and by_cap = 0
    and basis is null and not is_quantity and not is_free and not is_as_given and not has_total
