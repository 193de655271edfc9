-- grain: one row for each usage line on which the bill and what it should be differ, and that nothing has put right (rule 18).
-- Of a record billed twice, the copy that is right or else the first stays; a line on a wrong account meets the one it stands for.
with compared as (
    select *, row_number() over copies as copy_no, first_value(charge_id) over copies as first_id
    from review_compared
    where charge_id is not null
    window copies as (
        partition by record_id
        order by
            state = 'different' desc,
            (billed_amount, billed_quantity, billed_free_quantity) is not distinct from (expected_amount, expected_quantity, expected_free_quantity) desc,
            rated_at, length(charge_id), charge_id
    )
),
lacking as (select * from review_compared where state = 'missing'),
standing as (
    select
        compared.* exclude (copy_no, first_id) replace (
            if(compared.record_id is not null and copy_no > 1 or lacking.record_id is null and compared.state = 'extra', 'extra', 'different') as state,
            coalesce(lacking.event_id, compared.event_id) as event_id,
            coalesce(lacking.explanation, compared.explanation) as explanation,
            if(copy_no > 1, null, coalesce(lacking.expected_amount, compared.expected_amount)) as expected_amount,
            if(copy_no > 1, null, coalesce(lacking.expected_quantity, compared.expected_quantity)) as expected_quantity,
            if(copy_no > 1, null, coalesce(lacking.expected_free_quantity, compared.expected_free_quantity)) as expected_free_quantity,
            coalesce(lacking.expected_account_id, compared.expected_account_id) as expected_account_id,
            coalesce(lacking.expected_subscription_id, compared.expected_subscription_id) as expected_subscription_id,
            coalesce(lacking.expected_plan_id, compared.expected_plan_id) as expected_plan_id,
            coalesce(lacking.expected_tariff_id, compared.expected_tariff_id) as expected_tariff_id
        ),
        if(compared.record_id is not null and copy_no > 1, first_id, null) as twin_id
    from compared
    left join lacking on lacking.record_id = compared.record_id and copy_no = 1
),
both_sides as (
    from standing
    union all by name
    from lacking where record_id not in (select record_id from compared where record_id is not null)
),
corrections as (
    select corrects as charge_id, sum(amount)::decimal(18, 6) as corrected
    from charges
    where corrects in (select charge_id from standing)
    group by corrects
),
summed as (
    select
        both_sides.*, coalesce(corrected, 0) as corrections,
        (coalesce(expected_amount, 0) - coalesce(billed_amount, 0) - coalesce(corrected, 0))::decimal(18, 6) as difference
    from both_sides
    left join corrections using (charge_id)
)
select
    state, 'usage' as kind, charge_id, record_id, event_id, account_id, subscription_id, invoice_id, cycle, service,
    coalesce(billed_amount, 0) as billed_amount,
    coalesce(expected_amount, 0) as expected_amount,
    corrections, difference,
    billed_quantity, expected_quantity, billed_free_quantity, expected_free_quantity,
    billed_account_id, expected_account_id, billed_subscription_id, expected_subscription_id,
    billed_plan_id, expected_plan_id, billed_tariff_id, expected_tariff_id, period_start, rated_at, twin_id, explanation
from summed
where if(corrections = 0, true, abs(difference) >= 0.01)
    and (
        state <> 'different' or billed_account_id <> expected_account_id or (
            billed_amount, billed_quantity, billed_free_quantity, billed_plan_id, billed_tariff_id, billed_subscription_id
        ) is distinct from (
            expected_amount, expected_quantity, expected_free_quantity, expected_plan_id, expected_tariff_id, expected_subscription_id
        )
    )
