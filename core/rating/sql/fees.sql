-- grain: one row for each cycle and unbroken time that a subscription holds a plan or a recurring product: what it pays (rule 12).
with scope as (select * from rating_scope),
periods as (
    select * from rating_periods where not is_stand_in and account_no in (select account_no from rating_members)
),
cycles as (select * from rating_cycles where is_judged and is_begun),
offers as (select * from plans),
grants as (select * from rating_grants where kind = 'recurring'),
chained as (
    select
        *,
        coalesce(from_us > max(to_us) over (
            partition by sub_no, account_no, plan_id order by from_us rows between unbounded preceding and 1 preceding
        ), true)::int as begins
    from periods
),
numbered as (
    select *, sum(begins) over (partition by sub_no, account_no, plan_id order by from_us rows unbounded preceding) as stretch_no
    from chained
),
held as (
    select
        sub_no, any_value(subscription_id) as subscription_id, account_no, any_value(account_id) as account_id,
        any_value(bill_cycle_day) as bill_cycle_day, plan_id, null as product_id, plan_id as subject,
        min(valid_from) as valid_from, if(bool_or(valid_to is null), null, max(valid_to)) as valid_to
    from numbered
    where plan_id is not null
    group by sub_no, account_no, plan_id, stretch_no
),
owed as (
    select held.*, monthly_fee as fee, prorate, fee_timing = 'advance' as in_advance
    from held
    join offers using (plan_id)
    union all by name
    select
        sub_no, subscription_id, account_no, account_id, bill_cycle_day, null as plan_id, product_id, grant_id as subject,
        valid_from, valid_to, fee, prorate, false as in_advance
    from grants
),
paid as (
    select
        owed.*, cycle_no, cycles.days as days_in_cycle,
        greatest(valid_from, cycles.starts_at) as paid_from,
        least(valid_to, cycles.ends_at) as paid_to,
        cycle_no - in_advance::int as bill_no,
        tz
    from owed
    join cycles on cycles.bill_cycle_day = owed.bill_cycle_day,
    scope
    where valid_from <= as_of and valid_from < cycles.ends_at and (valid_to is null or valid_to > cycles.starts_at)
        and (valid_to is null or valid_from < valid_to)
),
counted as (
    select
        *,
        timezone(tz, paid_to - interval 1 microsecond)::date - timezone(tz, paid_from)::date + 1 as days,
        (fee::decimal(38, 6) * 1000000)::hugeint as fee_micro
    from paid
)
select
    counted.* exclude (tz, fee_micro, in_advance),
    if(
        prorate,
        (fee_micro * days * 2 + 10000 * days_in_cycle) // (20000 * days_in_cycle) * 10000,
        fee_micro
    )::bigint as amount_micro
from counted
where amount_micro <> 0
