-- grain: one row for each bill of the account, cycle is null for what is on none: how many lines, and what they come to
select
    cycle,
    count(*) as lines,
    count(*) filter (state in ('different', 'missing', 'extra')) as differing,
    coalesce(sum(billed), 0)::decimal(18, 6) as billed,
    coalesce(sum(coalesce(expected, billed)), 0)::decimal(18, 6) as expected
from account_bill_lines
group by cycle
