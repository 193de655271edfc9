-- grain: one row for each line and way in which it is wrong, with its share of the difference in micro-units: what is to be added.
-- An amount that a round factor explains as well is taken for a wrong rate, not for another zone, plan or rounding.
with readings as (
    select *, (billed_micro * 20 + uncapped_micro // 2) // greatest(uncapped_micro, 1) as twentieths
    from review_readings
    where charge_id not in (select charge_id from review_followers)
),
prices as (select * from review_prices),
periods as (select distinct sub_no, plan_no from rating_periods),
ranked as (
    select
        readings.line_no,
        arg_min(idea, list_position(['not_applied', 'version', 'time', 'rounding', 'zone', 'plan'], idea)) as idea
    from readings
    join prices using (line_no)
    where least(abs(prices.amount_micro - billed_micro), abs(least(prices.amount_micro, room) - billed_micro)) <= 1
        and (
            idea in ('not_applied', 'version', 'time')
            or idea in ('rounding', 'zone', 'plan') and not (
                abs(billed_micro * 20 - uncapped_micro * twentieths) <= 20 and twentieths between 10 and 40
                or billed_micro in (uncapped_micro * 10, uncapped_micro * 100, uncapped_micro * 1000)
                or uncapped_micro // billed_micro in (10, 100, 1000) and uncapped_micro % billed_micro * 1000 < billed_micro
            )
        )
        and line_no in (select line_no from review_unexplained)
    group by readings.line_no
),
named as (
    select
        readings.*, idea, expected_micro <> billed_micro as is_money,
        periods.plan_no is not null as is_own_plan,
        (abs(rest) > 1 or rest = billed_micro - expected_micro) and expected_micro <> billed_micro and (
            billed_micro = 0
            or not has_total and (
                basis is null and not is_quantity and not is_free and by_cap = 0
                or abs(billed_micro - after_all) > 1 and abs(billed_micro * 20 - after_all * ((billed_micro * 20 + after_all // 2) // greatest(after_all, 1))) <= 20
            )
            or has_total and basis is null and not is_quantity and not is_free
        ) as is_rest
    from readings
    left join ranked using (line_no)
    left join periods on periods.sub_no = readings.sub_no and periods.plan_no = billed_plan_no
),
listed as (
    select
        named.*,
        list_filter(
            if(
                is_as_given,
                [
                    {way: if(is_given_quantity, 'given_quantity', null), micro: 0::bigint},
                    {way: if(is_given_zone, 'given_zone', null), micro: 0::bigint},
                    {way: if(is_given_time, 'given_time', null), micro: 0::bigint}
                ],
                [
                    {way: if(basis = 'plan' and is_own_plan, 'own_plan', basis), micro: -by_basis},
                    {way: case when not is_quantity then null when is_rounding then 'rounding' else 'quantity' end, micro: -by_quantity},
                    {
                        way: case
                            when not is_free or (is_rest and billed_micro = 0 and billed_free < free) then null
                            when billed_free < free then 'not_applied'
                            else 'overdrawn'
                        end,
                        micro: -by_free
                    },
                    {way: if(by_cap <> 0, 'cap', null), micro: -by_cap},
                    {way: case when not is_rest then null when billed_micro = 0 then 'zero' else coalesce(idea, 'rate') end, micro: -rest}
                ]
            ),
            lambda one: one.way is not null
        ) as ways
    from named
)
select
    charge_id, record_id, event_id, account_id, subscription_id, cycle, service, period_start, is_as_given,
    billed_micro, expected_micro, quantity, rounded, billed_quantity, free, billed_free,
    billed_plan_id, expected_plan_id, billed_tariff_id, expected_tariff_id, cap_left,
    unnest(ways).way as way,
    if(is_money, unnest(ways).micro, 0) as micro,
    generate_subscripts(ways, 1) as way_no,
    len(ways) as way_count
from listed
