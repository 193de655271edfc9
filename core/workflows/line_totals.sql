-- grain: one row for each kind of line in the slice: how many there are and what they come to.
select kind, count(*) as lines, sum(amount)::decimal(38, 6) as net
from expected_charges
group by kind
