-- grain: one version of one attempt: pending, then settled
with payments as (select * from payments)
select * from payments
union all by name
select * replace ('pending' as status, null as failure_code, attempted_at as updated_at)
from payments
where updated_at > attempted_at
