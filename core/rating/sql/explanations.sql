-- grain: one row for each usage line, if asked for: as JSON its parts, where they are more than one flat price, its draws and its cap.
with lines as (select session_no, quantity from rating_charged_usage where $explain),
ladders as (select ladder_no, mode, first_edge, step_size, version from rating_ladders join rating_versions using (ladder_no)),
calls as (select session_no, part_no, from_s, quantity from rating_parts_of_calls),
prices as (
    select
        session_no, part_no,
        list({
            tariff_id: pieces.tariff_id,
            quantity: if(is_block, quantity * step_size, quantity)::bigint,
            rate: (pieces.rate_micro * 0.000001::decimal(7, 6))::decimal(18, 6)::varchar
        } order by from_quantity) as prices
    from rating_pieces as pieces
    join ladders using (ladder_no)
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
select session_no, parts, draws, roaming_cap
from lines
left join joined using (session_no)
left join drawn using (session_no)
left join capped using (session_no)
