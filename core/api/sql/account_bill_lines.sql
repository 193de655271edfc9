-- grain: one row for each line of the account's bills: as billed, as due, or both; cycle is null on no bill yet (table)
with settings as (select timezone from dataset),
billed as (select * from charges where account_id = $account),
due as (select * from expected_charges where account_id = $account),
bills as (select invoice_id, strftime(cycle_start at time zone settings.timezone, '%Y-%m-%d') as cycle from invoices, settings),
zones as (select record_id, any_value(zone) as zone from account_usage where record_id is not null group by record_id),
plan_names as (select plan_id, arg_max(name, valid_from) as name from plans group by plan_id),
product_names as (select product_id, arg_max(name, valid_from) as name from products group by product_id),
promotion_names as (select promotion_id, arg_max(name, valid_from) as name from promotions group by promotion_id),
differences as (
    select * from usage_differences where account_id = $account
    union all by name
    select * from bill_differences where account_id = $account
),

-- which line that is due stands behind a billed one
sides as (
    select
        side, charge_id, subscription_id, kind, thing, cycle, amount,
        row_number() over (partition by side, subscription_id, kind, thing, cycle, amount order by period_start, charge_id) as place
    from bill_lines
    where account_id = $account
),
pairs as (
    select billed.charge_id, due.charge_id as due_id
    from billed
    join due on due.record_id = billed.record_id
    where billed.kind = 'usage' and not billed.estimated and billed.corrects is null
    union all
    select one.charge_id, other.charge_id as due_id
    from sides as one
    join sides as other using (subscription_id, kind, thing, cycle, amount, place)
    where one.side = 'billed' and other.side = 'expected'
    union all
    select billed.charge_id, due.charge_id as due_id
    from billed
    join due on due.invoice_id = billed.invoice_id and due.kind = 'tax'
    where billed.kind = 'tax'
),
standing as (
    select
        billed.* exclude (_file, _row),
        coalesce(
            differences.state,
            case
                when due.charge_id is null then 'unchecked'
                when due.amount = billed.amount then 'equal'
                when billed.kind = 'tax' then 'different'
                else 'corrected'
            end
        ) as state,
        billed.amount as billed_amount,
        case when differences.state is not null then differences.expected_amount else due.amount end as due_amount,
        differences.difference,
        coalesce(differences.explanation, due.explanation) as explanation
    from billed
    left join differences using (charge_id)
    left join pairs using (charge_id)
    left join due on due.charge_id = pairs.due_id
),
lacking as (
    select
        'missing' as state,
        'missing:' || coalesce(differences.record_id, differences.kind || ':' || differences.period_start::varchar || ':'
            || coalesce(differences.subscription_id, '') || coalesce(differences.product_id, differences.promotion_id, '')) as charge_id,
        differences.kind, differences.record_id, differences.subscription_id, differences.invoice_id, differences.cycle,
        differences.service, differences.product_id, differences.promotion_id,
        differences.expected_plan_id as plan_id,
        differences.expected_quantity as quantity,
        differences.expected_free_quantity as free_quantity,
        differences.period_start,
        coalesce(due.period_end, differences.period_start) as period_end,
        null::decimal(18, 6) as billed_amount,
        differences.expected_amount as due_amount,
        differences.difference,
        differences.explanation,
        'system' as created_by
    from differences
    left join due on due.record_id = differences.record_id
    where differences.charge_id is null
),
lines as (
    select standing.*, bills.cycle from standing left join bills using (invoice_id)
    union all by name
    select lacking.* exclude (cycle), coalesce(bills.cycle, own.cycle) as cycle
    from lacking
    left join bills using (invoice_id)
    left join (select distinct cycle from bills) as own on own.cycle = lacking.cycle
)
select
    lines.charge_id as line_id,
    lines.cycle,
    lines.state, lines.kind, lines.service, lines.subscription_id, lines.record_id,
    case when lines.kind = 'usage' then zones.zone end as zone,
    coalesce(promotion_names.name, product_names.name, case when lines.kind = 'recurring' then plan_names.name end) as name,
    lines.period_start, lines.period_end,
    coalesce(lines.quantity, 0)::bigint as quantity,
    coalesce(lines.free_quantity, 0)::bigint as free_quantity,
    lines.billed_amount as billed,
    lines.due_amount as expected,
    coalesce(lines.difference, case when lines.due_amount is null then 0 else lines.due_amount - lines.billed_amount end)::decimal(18, 6) as difference,
    coalesce(lines.estimated, false) as is_estimate,
    lines.created_by, lines.reason, lines.plan_id, lines.product_id, lines.promotion_id, lines.explanation
from lines
left join zones using (record_id)
left join plan_names using (plan_id)
left join product_names using (product_id)
left join promotion_names using (promotion_id)
