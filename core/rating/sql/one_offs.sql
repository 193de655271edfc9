-- grain: one row for each one-off and pass, in the cycle in which it was granted (rule 12).
with scope as (select * from rating_scope),
grants as (select * from rating_grants where kind <> 'recurring' and fee <> 0),
cycles as (select * from rating_cycles where is_judged)
select grants.*, cycle_no, (fee::decimal(38, 6) * 1000000)::bigint as amount_micro
from grants
join cycles
    on cycles.bill_cycle_day = grants.bill_cycle_day
    and valid_from >= cycles.starts_at and valid_from < cycles.ends_at
