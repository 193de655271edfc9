-- grain: one row for each usage line, if asked for: as JSON how it came about, with the keys and the text of the reference's: base
-- units, money with 6 decimals, local dates.
with lines as (select * from rating_charged_usage where $explain),
ladders as (
    select ladder_no, mode, first_edge, step_size, tariff_id, rate_micro, version, max_charge
    from rating_ladders
    join rating_versions using (ladder_no)
),
cycles as (
    select bill_cycle_day, cycle_no, strftime(first_date, '%Y-%m-%d') as cycle from rating_cycles where is_judged
),
subs as (select distinct sub_no, subscription_id from rating_periods),
plan_numbers as (select * from rating_plan_numbers),
zones as (select greatest(zone_no, 0) as zone_no, zone from rating_zones),
calls as (select session_no, part_no, from_s, quantity from rating_parts_of_calls),
prices as (
    select
        session_no, part_no,
        list({
            tariff_id: steps.tariff_id,
            quantity: if(is_block, quantity * step_size, quantity)::bigint,
            rate: (steps.rate_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar
        } order by from_quantity) as prices
    from rating_pieces as pieces
    join rating_steps as steps using (step_no)
    join ladders on ladders.ladder_no = steps.ladder_no
    where $explain
    group by session_no, part_no
),
counted as (
    select
        session_no, part_no, ladder_no, rounded, free,
        case
            when mode = 'volume' then sum(charged) over (partition by sub_no, cycle_no, ladder_no)
            when mode = 'package' then sum(charged) over (
                partition by sub_no, cycle_no, ladder_no order by order_us, event_id, record_id, part_no
                rows between unbounded preceding and current row
            ) - charged
            when first_edge is not null then tier_before
        end::bigint as counted
    from rating_parts
    join ladders using (ladder_no)
    where $explain
),
placed as (
    select
        session_no, part_no,
        to_json({
            tariff: version, from_s: coalesce(from_s, 0)::bigint, quantity: coalesce(calls.quantity, lines.quantity)::bigint,
            rounded: counted.rounded::bigint, free: counted.free::bigint, counted: counted,
            prices: coalesce(prices, [])
        })::varchar as part
    from counted
    join lines using (session_no)
    join ladders on ladders.ladder_no = counted.ladder_no
    left join calls using (session_no, part_no)
    left join prices using (session_no, part_no)
),
joined as (select session_no, '[' || string_agg(part, ',' order by part_no) || ']' as parts from placed group by session_no),
drawn as (
    select
        session_no,
        to_json(list({
            pool: case stage when 0 then 'pass' when 1 then 'promotion' else allowances.scope end,
            id: source_id, before: left_before, drawn: drawn, "left": left_before - drawn
        } order by level))::varchar as draws
    from rating_draws
    join rating_sources using (source_no)
    left join allowances on stage = 2 and allowance_id = source_id
    where $explain
    group by session_no
),
capped as (
    select
        session_no,
        to_json({
            cap: (cap_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar,
            left_before: (greatest(cap_micro - used_micro, 0) * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar,
            has_consent: is_agreed
        })::varchar as roaming_cap
    from rating_cap_lines
)
select
    session_no,
    to_json({
        subscription_id: subscription_id,
        plan_id: plan_id,
        cycle: cycle,
        direction: if(direction_no = 1, 'mt', 'mo'),
        roaming_zone: rz.zone,
        destination_zone: dz.zone,
        quantity: lines.quantity,
        rounded: rounded,
        free: free,
        parts: coalesce(parts::json, to_json([{
            tariff: version, from_s: 0::bigint, quantity: lines.quantity, rounded: rounded, free: free, counted: null::bigint,
            prices: if(charged = 0, [], [{
                tariff_id: tariff_id, quantity: charged, rate: (rate_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar
            }])
        }])),
        allowances: coalesce(draws, '[]')::json,
        connect_fee: (connect_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar,
        max_charge: max_charge::varchar,
        before_roaming_cap: (uncapped_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar,
        roaming_cap: roaming_cap::json,
        amount: (amount_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar
    })::varchar as explanation
from lines
join cycles on cycles.bill_cycle_day = lines.bill_cycle_day and cycles.cycle_no = lines.cycle_no
join subs using (sub_no)
join ladders using (ladder_no)
join zones as rz on rz.zone_no = roaming_no
join zones as dz on dz.zone_no = destination_no
left join plan_numbers using (plan_no)
left join joined using (session_no)
left join drawn using (session_no)
left join capped using (session_no)
