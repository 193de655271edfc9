-- grain: one account that could call care, and when
with accounts as (select * from accounts)
select
    row_number() over (order by account_id) as place, account_id,
    epoch_us(greatest(opened_at, $starts)) // 1000000 as since,
    epoch_us(least(coalesce(closed_at, $as_of), $as_of)) // 1000000 as until
from accounts
where coalesce(closed_at, $as_of) > greatest(opened_at, $starts)
