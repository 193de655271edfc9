-- grain: one row for each usage line and way in which it is wrong; the amounts of a line add up to its difference (rule 17).
-- Lines that are wrong only because billing was given something wrong before them hand their difference on to that.
with found as (select * from review_all_faults),
differences as (select * from usage_differences),
standing as (
    select found.*, difference, corrections, explanation
    from found
    join differences using (charge_id)
    where state = 'different'
),
followed as (
    select root_id as charge_id, sum(difference) as follow
    from review_followers
    join differences using (charge_id)
    group by root_id
),
shifted as (
    select account_id, cycle, sum(difference) as shift
    from differences
    where state = 'different' and charge_id not in (select charge_id from found)
        and charge_id not in (select charge_id from review_followers)
        and (account_id, cycle) not in (
            select (account_id, cycle)
            from differences
            where state <> 'different' or billed_account_id <> expected_account_id
                or billed_subscription_id is distinct from expected_subscription_id
        )
    group by account_id, cycle
),
shared as (
    select
        standing.*,
        (micro * 0.000001::decimal(7, 6))::decimal(18, 6) as step,
        row_number() over (partition by account_id, cycle, is_as_given order by period_start, charge_id, way_no) as turn
    from standing
),
summed as (
    select
        shared.*,
        if(way_no = way_count, difference - coalesce(sum(step) over (partition by charge_id order by way_no rows between unbounded preceding and 1 preceding), 0), step)
            + if(is_as_given and turn = 1, coalesce(shift, 0), 0)
            + if(way_no = 1, coalesce(follow, 0), 0) as amount
    from shared
    left join shifted using (account_id, cycle)
    left join followed using (charge_id)
),
conflicts as (
    select charge_id, min(problems.tariff_id) as conflict_id
    from standing
    join price_list_problems as problems on billed_tariff_id in (problems.tariff_id, problems.rival_id) and billed_tariff_id <> expected_tariff_id
    join tariffs as named on named.tariff_id = billed_tariff_id
    left join tariffs as rival on rival.tariff_id = problems.rival_id
    where case
        when problem in ('gap', 'expired') then period_start >= occurred_at and (rival.valid_from is null or period_start < rival.valid_from)
        when problem in ('overlap', 'position', 'axes')
            then expected_tariff_id in (problems.tariff_id, problems.rival_id)
                and period_start >= named.valid_from and (named.valid_to is null or period_start < named.valid_to)
        else billed_tariff_id = problems.tariff_id
    end
    group by charge_id
),
priced as (
    select charge_id, string_agg(price, '; ' order by no) as steps
    from (
        select
            charge_id, row_number() over () as no,
            printf('%s %s at %s per %s (%s)', one->>'$.quantity', case part->>'$.tariff.unit' when 'minute' then 's' when 'second' then 's' when 'message' then 'messages' else 'bytes' end, one->>'$.rate', part->>'$.tariff.unit', one->>'$.tariff_id') as price
        from (select distinct charge_id, explanation from standing),
            unnest(from_json(explanation->'$.parts', '["json"]')) as parts (part),
            unnest(from_json(part->'$.prices', '["json"]')) as prices (one)
    )
    group by charge_id
)
select
    charge_id,
    case
        when way in ('plan', 'own_plan') then 'wrong_plan'
        when way in ('zone', 'given_zone') then 'wrong_zone'
        when way in ('time', 'given_time') then 'wrong_time_band'
        when way = 'rounding' then 'wrong_rounding'
        when way in ('quantity', 'given_quantity') then 'quantity_mismatch'
        when way = 'not_applied' then 'allowance_not_applied'
        when way = 'overdrawn' then 'allowance_overdrawn'
        when way = 'cap' then 'cap_exceeded'
        when way = 'zero' then 'zero_rated'
        else 'wrong_rate'
    end as fault,
    case way
        when 'own_plan' then 'plan_change_not_propagated'
        when 'plan' then 'provisioning_error'
        when 'given_zone' then 'mediation_config'
        when 'given_quantity' then 'mediation_config'
        when 'given_time' then 'clock_drift'
        when 'time' then 'timezone_config'
        when 'rounding' then 'rounding_config'
        when 'version' then 'rating_table_stale'
        else 'rating_config'
    end as root_cause,
    account_id, subscription_id, cycle, record_id, event_id, service, period_start,
    amount,
    (billed_micro * 0.000001::decimal(7, 6))::decimal(18, 6) as billed_amount,
    (expected_micro * 0.000001::decimal(7, 6))::decimal(18, 6) as expected_amount,
    billed_quantity, rounded as expected_quantity, billed_free as billed_free_quantity, free as expected_free_quantity,
    billed_plan_id, expected_plan_id, billed_tariff_id, expected_tariff_id, steps, conflict_id
from summed
left join priced using (charge_id)
left join conflicts using (charge_id)
