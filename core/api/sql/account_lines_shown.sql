-- grain: one row for each line of the account's bills; of a bill longer than $most those that matter most
select *
from account_bill_lines
qualify row_number() over (
    partition by cycle
    order by state in ('different', 'missing', 'extra') desc, kind <> 'usage' desc, abs(coalesce(billed, expected)) desc, line_id
) <= $most
order by period_start, line_id
