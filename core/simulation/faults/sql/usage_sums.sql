-- grain: one cycle of one chosen account with the usage charged in it, net, before discounts
with lines as (
    select account_id, period_start, amount from charges where kind = 'usage' and account_id in (select key from chosen)
),
cycles as (select account_id, cycle, cycle_start, cycle_end from cycle_places)
select account_id, cycle, sum(amount) as amount
from lines join cycles using (account_id)
where period_start >= cycle_start and period_start < cycle_end
group by all
