-- grain: one goodwill credit keyed in by an agent
with bills as (select * from creditable),
drawn as (select * from drawn_credits),
settings as (select currency from dataset),
timed as (
    select *, cycle_start + to_seconds((date_diff('second', cycle_start, cycle_end) * share)::bigint) as keyed_at
    from drawn join bills using (place)
)
select
    'C' || right(account_id, 7) || '-' || strftime(cycle_start, '%y%m%d') || 'g' as charge_id,
    null::varchar as record_id, account_id, null::varchar as subscription_id, null::varchar as invoice_id,
    'adjustment' as kind, null::varchar as service, 0::bigint as quantity, 0::bigint as free_quantity,
    (cents * -0.01)::decimal(18, 6) as amount, currency, null::varchar as plan_id, null::varchar as tariff_id,
    null::varchar as promotion_id, null::varchar as product_id, null::varchar as corrects,
    case when cents >= 500 then 'lead-' || lpad((agent % 3 + 1)::varchar, 2, '0') end as approved_by,
    keyed_at as period_start, keyed_at as period_end, keyed_at as rated_at, false as estimated,
    'agent-' || lpad(agent::varchar, 2, '0') as created_by, 'goodwill' as reason, keyed_at as updated_at,
    cycle_no as bill_no
from timed, settings
