-- grain: one row for each usage line of the slice's accounts on which billing and pricing do not agree to the micro-unit:
-- billed otherwise, due and not billed, or billed without anything to bill; each copy of a line billed twice. Hashes of both
-- sides tell which records to look at; only these are joined by name, as lines are wide and nearly all agree.
with settings as (
    select as_of - to_hours(mediation_hours) as mediated_before, as_of - interval 3 hour as billed_before from dataset
),
members as (select account_id, bill_cycle_day from rating_members),
cycles as (
    select bill_cycle_day, starts_at, ends_at, strftime(first_date, '%Y-%m-%d') as cycle from rating_cycles where is_judged
),
charged_days as (select bill_cycle_day from review_charged_days),
expected_lines as not materialized (select * from expected_charges where kind = 'usage' and record_id is not null),
billed_lines as not materialized (select * from rating_slice_lines),
repeated as (select record_id from review_repeated),
sides as (
    select 1 as line, record_id, amount, quantity, free_quantity, account_id, subscription_id, plan_id, tariff_id
    from expected_lines
    union all by name
    select 1024 as line, record_id, amount, quantity, free_quantity, account_id, subscription_id, plan_id, tariff_id
    from billed_lines
),
hashed as (
    select
        line,
        hash(record_id) as record_hash,
        (hash(amount, quantity, free_quantity, account_id, subscription_id, plan_id, tariff_id) >> 8)::bigint as content
    from sides
),
doubtful as (
    select record_hash
    from hashed
    group by record_hash
    having sum(line) <> 1025 or sum(if(line = 1, content, -content)) <> 0
    union all
    select hash(record_id) from repeated
),
expected as (select * from expected_lines where hash(record_id) in (select record_hash from doubtful)),
billed as (select * from billed_lines where hash(record_id) in (select record_hash from doubtful)),
paired as (
    select
        case when expected.record_id is null then 'extra' when billed.charge_id is null then 'missing' else 'different' end as state,
        expected.event_id, expected.explanation, expected.rated_at as mediated_at,
        billed.charge_id, billed.rated_at,
        coalesce(billed.record_id, expected.record_id) as record_id,
        coalesce(billed.account_id, expected.account_id) as account_id,
        coalesce(billed.subscription_id, expected.subscription_id) as subscription_id,
        coalesce(billed.service, expected.service) as service,
        if(billed.charge_id is null, expected.invoice_id, billed.invoice_id) as invoice_id,
        coalesce(expected.period_start, billed.period_start) as period_start,
        billed.amount as billed_amount, expected.amount as expected_amount,
        billed.quantity as billed_quantity, expected.quantity as expected_quantity,
        billed.free_quantity as billed_free_quantity, expected.free_quantity as expected_free_quantity,
        billed.account_id as billed_account_id, expected.account_id as expected_account_id,
        billed.subscription_id as billed_subscription_id, expected.subscription_id as expected_subscription_id,
        billed.plan_id as billed_plan_id, expected.plan_id as expected_plan_id,
        billed.tariff_id as billed_tariff_id, expected.tariff_id as expected_tariff_id
    from expected
    full join billed on billed.record_id = expected.record_id
    where billed.amount is distinct from expected.amount
        or billed.quantity is distinct from expected.quantity
        or billed.free_quantity is distinct from expected.free_quantity
        or billed.account_id is distinct from expected.account_id
        or billed.subscription_id is distinct from expected.subscription_id
        or billed.plan_id is distinct from expected.plan_id
        or billed.tariff_id is distinct from expected.tariff_id
        or billed.record_id in (select record_id from repeated)
)
select paired.* exclude (mediated_at), cycle
from paired
join members using (account_id)
join cycles
    on cycles.bill_cycle_day = members.bill_cycle_day and period_start >= cycles.starts_at and period_start < cycles.ends_at,
settings
where state <> 'missing'
    or (
        mediated_at < mediated_before
        and (ends_at <= billed_before or members.bill_cycle_day in (select bill_cycle_day from charged_days))
    )
