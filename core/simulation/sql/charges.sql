-- grain: one line that billing has made by as_of, before it is put on an invoice; tax lines come later
with expected as (select * from expected_charges where kind <> 'tax'),
records as (select record_id, mediated_at from mediation_records),
advance as (select plan_id from plans where fee_timing = 'advance'),
cycles as (select account_id, cycle_no, cycle_start, cycle_end from account_cycles),
placed as (
    select
        expected.* exclude (rated_at, charge_id), cycle_no, cycle_start, cycle_end, mediated_at,
        kind = 'recurring' and product_id is null and plan_id in (from advance) as early
    from expected
    join cycles using (account_id)
    left join records using (record_id)
    where period_start >= cycle_start and period_start < cycle_end
),
timed as (
    select
        *,
        cycle_no - early::int as bill_no,
        case
            when kind = 'usage' then mediated_at + to_seconds(30 + right(record_id, 9)::bigint * 104729 % 1400)
            when early then cycle_start + to_hours(1)
            when kind = 'one_off' and product_id is not null then period_start + to_minutes(1)
            when kind = 'recurring' then cycle_end + to_hours(1)
            else cycle_end + to_hours(2)
        end as rated_at
    from placed
)
select
    'C' || right(account_id, 7) || '-' || lpad(
        row_number() over (
            partition by account_id
            order by rated_at, kind, subscription_id, record_id, product_id, promotion_id, period_start, amount
        )::varchar, 6, '0'
    ) as charge_id,
    record_id, account_id, subscription_id, null::varchar as invoice_id, kind, service, quantity, free_quantity,
    amount, currency, plan_id, tariff_id, promotion_id, product_id, null::varchar as corrects,
    null::varchar as approved_by, period_start, period_end, rated_at, false as estimated, 'system' as created_by,
    case when kind = 'one_off' and product_id is null then 'minimum spend' end as reason,
    rated_at as updated_at,
    bill_no
from timed
where rated_at <= $as_of
