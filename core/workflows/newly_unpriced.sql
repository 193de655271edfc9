-- grain: one row for each reason why sessions of the slice lose their price, with the smallest line of them.
with lines as (select * from rating_compared_lines where kind = 'usage' and new_amount is null)
select coalesce(unpriced, 'no line') as reason, count(*) as sessions, min(charge_id) as example
from lines
group by all
