-- grain: one attempt to pay; two parts of a bill add up to it
with drawn as (
    select *, row_number() over (partition by place order by attempted_at, share) as step from drawn_attempts
),
bills as (select * from payable),
settings as (select currency from dataset),
numbered as (
    select
        drawn.*, bills.*, following.total as next_total,
        row_number() over (partition by bills.account_id order by attempted_at, drawn.place, step) as nth,
        first_value(share) over (partition by drawn.place order by step) as first_share
    from drawn
    join bills using (place)
    left join bills as following on following.place = drawn.place + 1
),
priced as (
    select
        *,
        'P' || right(account_id, 7) || '-' || lpad(nth::varchar, 3, '0') as payment_id,
        round(total * first_share * 0.01, 2) as first_part
    from numbered
)
select
    payment_id,
    case when not together then invoice_id end as invoice_id,
    account_id,
    case
        when together then total + next_total
        when abs(share) = 100 then total * sign(share)::int
        when step = 1 then first_part
        else total - first_part
    end as amount,
    settings.currency,
    method::varchar as method,
    case when method in ('card', 'wallet') then 'north-pay' end as gateway,
    'gw-' || left(md5(ref_no::varchar || payment_id), 10) as gateway_ref,
    case when refund then lag(payment_id) over (partition by place order by step) end as refund_of,
    attempted_at,
    status::varchar as status,
    failure_code::varchar as failure_code,
    if(status = 'pending', attempted_at, settled_at) as updated_at
from priced, settings
