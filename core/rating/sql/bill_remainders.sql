-- grain: one row for each fee, one-off and discount in which the bill differs from what is due, once billing has had its time.
-- What a discount or a minimum owes to a base that is itself billed wrongly is no difference of its own.
with scope as (select as_of from rating_scope),
roaming as (select max(delivery_hours) as delivery_hours from partners),
times as (
    select
        interval 3 hours as bill_time,
        to_hours(greatest(3, mediation_hours + greatest(element_delivery_hours, coalesce(delivery_hours, 0)))) as usage_time
    from dataset, roaming
),
lines as (select * from bill_lines where side = 'billed'),
sides as (select * from bill_sides),
pairs as (select * from bill_pairs),
members as (select account_id, account_no from rating_members),
subs as (select distinct subscription_id, sub_no from rating_periods),
counting as (select distinct subscription_id, promotion_id, cycle_no from rating_counting_promotions),
usage_promotions as (select promotion_id from promotions where kind <> 'fee_waiver' and applies_to <> 'recurring'),
bases as (select * from rating_discount_bases),
discounts as (select * from bill_discounts),
minimums as (select plan_id, minimum_spend from plans),
given as (select * from bill_charges where kind = 'adjustment' and corrects is null),
expected as (select * from sides where side = 'expected'),
billed as (select * from sides where side = 'billed'),
matched as (
    select
        case when billed.charge_id is null then 'missing' when expected.charge_id is null then 'extra' else 'different' end as state,
        coalesce(billed.kind, expected.kind) as kind,
        billed.charge_id,
        coalesce(expected.product_id, billed.product_id) as product_id,
        coalesce(expected.promotion_id, billed.promotion_id) as promotion_id,
        coalesce(billed.account_id, expected.account_id) as account_id,
        coalesce(billed.subscription_id, expected.subscription_id) as subscription_id,
        coalesce(billed.invoice_id, expected.invoice_id) as invoice_id,
        coalesce(expected.cycle_no, billed.cycle_no) as cycle_no,
        coalesce(expected.cycle, billed.cycle) as cycle,
        coalesce(billed.amount, 0) as billed_amount,
        coalesce(expected.amount, 0) as due_amount,
        coalesce(billed.corrections, 0) as corrections,
        billed.plan_id as billed_plan_id,
        expected.plan_id as expected_plan_id,
        coalesce(expected.thing, billed.thing) as thing,
        coalesce(billed.period_start, expected.period_start) as period_start,
        billed.period_end as billed_end,
        billed.rated_at,
        expected.explanation,
        coalesce(expected.starts_at, billed.starts_at) as starts_at,
        coalesce(expected.ends_at, billed.ends_at) as ends_at,
        coalesce(expected.bill_end, billed.bill_end) as bill_end,
        expected.period_end as expected_end
    from pairs
    full join expected on expected.charge_id = pairs.expected_id
    full join billed on billed.charge_id = pairs.billed_id
    -- no order can be looked up for what was keyed in without a product
    where expected.charge_id is not null or billed.kind <> 'one_off' or billed.product_id is not null or billed.reason = 'minimum spend'
),

-- the line that an extra one repeats
twins as (
    select matched.charge_id, min_by(lines.charge_id, {'rated_at': lines.rated_at, 'charge_id': lines.charge_id}) as twin_id
    from matched
    join lines
        on lines.account_id = matched.account_id and lines.subscription_id = matched.subscription_id
        and lines.kind = matched.kind and lines.thing = matched.thing
        and (lines.cycle_no = matched.cycle_no or matched.kind = 'one_off')
    anti join matched as extra on extra.charge_id = lines.charge_id and extra.state = 'extra'
    where matched.state = 'extra'
    group by matched.charge_id
),

-- what is due on the other lines as they are billed
on_bill as (
    select account_no, sub_no, cycle_no, grant_id as key, cents from discounts
    union all
    select account_no, sub_no, cycle_no, promotion_id, sum(cents)::bigint from discounts group by all
),
restated as (
    select
        matched.*,
        twins.twin_id,
        matched.state = 'extra' and matched.kind = 'discount' and counting.promotion_id is not null and twins.twin_id is null as is_counting,
        matched.thing = '' or usage_promotions.promotion_id is not null as on_usage,
        case
            when twins.twin_id is not null then 0
            when matched.kind = 'discount' then (coalesce(on_bill.cents, 0) * -0.01)::decimal(18, 6)
            when matched.thing = '' and matched.kind = 'one_off' then greatest(0, coalesce(minimum_spend, 0) - (
                ((voice + sms + data + iot + sign(voice + sms + data + iot) * 5000) // 10000 * 10000 + bases.others)::bigint
                * 0.000001::decimal(7, 6)
            ))::decimal(18, 6)
            else matched.due_amount
        end as expected_amount
    from matched
    join members using (account_id)
    left join subs using (subscription_id)
    left join counting using (subscription_id, promotion_id, cycle_no)
    left join usage_promotions using (promotion_id)
    left join twins using (charge_id)
    left join bases
        on bases.account_no = members.account_no and bases.sub_no = subs.sub_no and bases.cycle_no = matched.cycle_no
    left join on_bill
        on on_bill.account_no = members.account_no and on_bill.sub_no = subs.sub_no and on_bill.cycle_no = matched.cycle_no
        and on_bill.key = coalesce(matched.explanation->>'grant_id', matched.promotion_id)
    left join minimums on minimums.plan_id = coalesce(matched.expected_plan_id, matched.billed_plan_id)
),

-- what was missing and has been given as an adjustment that names the thing
made_good as (
    select
        restated.account_id, restated.subscription_id, restated.kind, restated.thing, restated.cycle_no, sum(given.amount) as amount
    from restated
    join given
        on given.account_id = restated.account_id and given.subscription_id = restated.subscription_id
        and given.period_start >= restated.starts_at and given.period_start < restated.ends_at
        and restated.thing = coalesce(given.promotion_id, 'product ' || given.product_id, 'plan ' || given.plan_id)
    where restated.state = 'missing'
    group by all
),
judged as (
    select
        restated.* exclude (corrections, state),
        if(is_counting, 'different', restated.state) as state,
        corrections + coalesce(if(restated.state = 'missing', made_good.amount, 0), 0) as corrections
    from restated
    left join made_good using (account_id, subscription_id, kind, thing, cycle_no)
    cross join scope
    cross join times
    where case
        -- late usage makes a discount greater and a minimum smaller, and may call for either or do away with it
        when restated.kind = 'discount' and is_counting or restated.thing = '' and restated.state <> 'different'
            then as_of > ends_at + if(on_usage, usage_time, bill_time)
        when restated.kind = 'discount' and restated.state <> 'extra' or restated.thing = ''
            then as_of > ends_at + if(on_usage and billed_amount < expected_amount, usage_time, bill_time)
        when restated.state = 'missing' then as_of > bill_end + bill_time
        when restated.state = 'different'
            then as_of > ends_at + bill_time or expected_end = ends_at or rated_at >= expected_end
        else true
    end
)
select
    state,
    kind, charge_id, product_id, promotion_id, account_id, subscription_id, invoice_id, cycle,
    billed_amount, expected_amount, corrections,
    expected_amount - billed_amount - corrections as difference,
    billed_plan_id, expected_plan_id, period_start, rated_at, explanation, thing, starts_at, ends_at, billed_end, twin_id
from judged
where abs(expected_amount - billed_amount - corrections) >= 0.01 and abs(due_amount - billed_amount - corrections) >= 0.01
