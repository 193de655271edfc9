-- grain: one row for each usage line of the slice that is on its own account and billed otherwise: what pricing made of it, and
-- what it says of itself. `basis` names the first thing, in the order of rule 5, in which the price that it names is another.
with compared as (
    select *
    from review_compared
    where state = 'different' and billed_account_id = expected_account_id
        and billed_subscription_id is not distinct from expected_subscription_id
),
lines as (select * from rating_charged_usage where record_id in (select record_id from compared)),
plan_numbers as (select plan_no, plan_id from rating_plan_numbers),
ladders as (
    select
        ladder_no, tariff_id, plan_id, service_no, direction, destination_no, roaming_no, days, from_minute, to_minute, step_size,
        minimum, valid_from_us, coalesce(valid_to_us, 9223372036854775807) as valid_to_us, mode
    from rating_ladders
),
rows_of_ladders as (select ladder_no, unnest(positions, recursive := true) from rating_ladders),
caps as (
    select session_no, if(is_agreed, null, greatest(cap_micro - used_micro, 0)) as cap_left from rating_cap_lines
),
tiers as (select session_no, tier_before from rating_tier_positions),
calls as (select session_no, list(quantity) as part_quantities from rating_parts_of_calls group by session_no),
given as (
    select record_id, quantity, epoch_us(started_at) as started_us, destination_zone, roaming_zone
    from mediation_records
    where record_id in (select record_id from compared)
),
said as (
    select
        row_number() over (order by charge_id) as line_no, charge_id, compared.record_id,
        lines.* exclude (record_id),
        compared.account_id, compared.subscription_id, compared.cycle, compared.service, compared.period_start,
        (billed_amount::decimal(38, 6) * 1000000)::bigint as billed_micro,
        (expected_amount::decimal(38, 6) * 1000000)::bigint as expected_micro,
        billed_quantity, billed_free_quantity as billed_free,
        said_plan.plan_no as billed_plan_no, rows_of_ladders.ladder_no as billed_ladder_no,
        billed_plan_id, billed_tariff_id, expected_plan_id, expected_tariff_id,
        cap_left, tier_before, coalesce(part_quantities, [lines.quantity]) as part_quantities,
        given.quantity as given_quantity, given.started_us as given_started_us,
        given.destination_zone as given_destination, given.roaming_zone as given_roaming
    from compared
    join lines using (record_id)
    left join given using (record_id)
    left join plan_numbers as said_plan on said_plan.plan_id = billed_plan_id
    left join rows_of_ladders on rows_of_ladders.tariff_id = billed_tariff_id
    left join caps using (session_no)
    left join tiers using (session_no)
    left join calls using (session_no)
)
select
    said.*, due.mode,
    case
        when billed_plan_id <> expected_plan_id then 'plan'
        when other.ladder_no = due.ladder_no or other.ladder_no is null then null
        when other.plan_id not in ('*', expected_plan_id) then 'plan'
        when other.service_no <> said.service_no then 'rate'
        when other.destination_no not in (1, said.destination_no) or other.roaming_no not in (1, said.roaming_no) then 'zone'
        when other.direction not in ('any', if(said.direction_no = 1, 'mt', 'mo')) then 'rate'
        when (other.days, other.from_minute, other.to_minute) <> (due.days, due.from_minute, due.to_minute)
            and (other.destination_no, other.roaming_no) = (due.destination_no, due.roaming_no) then 'time'
        when started_us < other.valid_from_us or started_us >= other.valid_to_us then 'version'
        when other.plan_id <> due.plan_id then 'plan'
        when (other.destination_no, other.roaming_no) <> (due.destination_no, due.roaming_no) then 'zone'
        when other.direction <> due.direction then 'rate'
        when other.valid_from_us <> due.valid_from_us then 'version'
        when (other.step_size, other.minimum) <> (due.step_size, due.minimum) then 'rounding'
        else 'rate'
    end as basis
from said
join ladders as due using (ladder_no)
left join ladders as other on other.ladder_no = billed_ladder_no
