-- grain: one row for each roaming data line of a subscription and cycle that reaches its cap: what the cap leaves of it (rule 11).
with recursive lines as (
    select session_no, sub_no, cycle_no, started_us, order_us, event_id, record_id, cap_micro, amount_micro
    from rating_usage_lines
    where service_no = 2 and cap_micro is not null
        and roaming_no <> (select zone_no from rating_zones where zone = 'home')
),
subs as (select distinct sub_no, subscription_id from rating_periods),
agreed as (
    select sub_no, epoch_us(given_at) as from_us, coalesce(epoch_us(withdrawn_at), 9223372036854775807) as to_us
    from consents
    join subs using (subscription_id)
    where kind = 'roaming_cap'
),
reaching as (
    select sub_no, cycle_no, min(cap_micro) <> max(cap_micro) as is_mixed
    from lines
    group by all
    having $explain or sum(amount_micro) > min(cap_micro)
),
queued as (
    select
        lines.*, is_mixed,
        exists (
            select 1 from agreed
            where agreed.sub_no = lines.sub_no and started_us >= agreed.from_us and started_us < agreed.to_us
        ) as is_agreed,
        row_number() over line_order as line_no,
        (sum(amount_micro) over line_order - amount_micro)::bigint as amount_before
    from lines
    join reaching using (sub_no, cycle_no)
    window line_order as (partition by sub_no, cycle_no order by order_us, event_id, record_id rows between unbounded preceding and current row)
),
walked as (
    select sub_no, cycle_no, 0::bigint as line_no, 0::bigint as used, 0::bigint as amount, 0::bigint as used_before
    from reaching
    where is_mixed
    union all
    select
        sub_no, cycle_no, queued.line_no,
        used + if(is_agreed, amount_micro, least(amount_micro, greatest(cap_micro - used, 0))),
        if(is_agreed, amount_micro, least(amount_micro, greatest(cap_micro - used, 0))),
        used
    from walked
    join queued using (sub_no, cycle_no)
    where queued.line_no = walked.line_no + 1
)
select
    session_no, queued.cap_micro, is_agreed,
    coalesce(walked.used_before, amount_before) as used_micro,
    coalesce(walked.amount, if(is_agreed, amount_micro, least(amount_micro, greatest(queued.cap_micro - amount_before, 0)))) as amount_micro
from queued
left join walked on walked.sub_no = queued.sub_no and walked.cycle_no = queued.cycle_no and walked.line_no = queued.line_no
