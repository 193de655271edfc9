-- grain: one row for each account of the slice: what its lines but tax come to under both price lists.
with lines as (select * from rating_compared_lines where kind <> 'tax')
select
    account_id,
    coalesce(sum(old_amount), 0)::decimal(38, 6) as old_net,
    coalesce(sum(new_amount), 0)::decimal(38, 6) as new_net
from lines
group by account_id
