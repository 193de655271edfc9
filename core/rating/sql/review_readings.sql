-- grain: one row for each line: the way from the amount due to the amount billed, as far as the line itself explains it, in
-- micro-units: `by_basis`, `by_quantity`, `by_free` and `by_cap` add up to it but for `rest`.
with lines as (select * from review_lines),
prices as (select * from review_prices),
given as (select record_id from review_given),
zones as (select zone, greatest(zone_no, 0) as zone_no from rating_zones),
totals as (select ladder_no from rating_ladders where mode in ('package', 'volume')),
usual as (
    select 0 as service_no, unnest([1, 6, 10, 12, 15, 20, 30, 60]) as step
    union all
    select service_no, unnest([1, 1000, 1024, 10240, 100000, 102400, 1000000, 1048576])
    from (values (2), (3)) as services (service_no)
),
increments as (
    select service_no, list(distinct {step: step, least: least}) as known
    from (
        select service_no, step_size as step, minimum as least from rating_ladders where mode <> 'package' and service_no <> 1
        union all
        select service_no, step, 0 from usual
    )
    group by service_no
),
priced as (
    select
        line_no,
        any_value(amount_micro) filter (idea = 'said') as said_micro,
        any_value(amount_micro) filter (idea = 'basis') as basis_micro,
        any_value(amount_micro) filter (idea = 'natural') as natural_micro,
        any_value(amount_micro) filter (idea = 'quantity') as quantity_micro,
        any_value(amount_micro) filter (idea = 'free') as free_micro,
        any_value(rounded) filter (idea = 'basis') as basis_rounded,
        any_value(rounded) filter (idea = 'natural') as natural_rounded
    from prices
    group by line_no
),
compared as (
    select
        lines.*, priced.* exclude (line_no),
        given.record_id is not null as is_as_given,
        given_quantity <> quantity as is_given_quantity,
        coalesce(dz.zone_no <> destination_no, false) or coalesce(rz.zone_no <> roaming_no, false) as is_given_zone,
        abs(given_started_us - started_us) >= 1000000 as is_given_time,
        ladder_no in (from totals) or coalesce(billed_ladder_no in (from totals), false) as has_total,
        billed_quantity <> rounded
            and coalesce(billed_quantity <> basis_rounded, true) and coalesce(billed_quantity <> natural_rounded, true) as is_quantity,
        not given_quantity <> quantity and len(list_filter(known, lambda k:
            billed_quantity = greatest(k.least, list_sum(list_transform(part_quantities, lambda q: (q + k.step - 1) // k.step * k.step)))
        )) > 0 as is_rounding
    from lines
    left join priced using (line_no)
    left join given using (record_id)
    left join increments using (service_no)
    left join zones as dz on dz.zone = given_destination
    left join zones as rz on rz.zone = given_roaming
),
told as (
    select
        *,
        coalesce(basis, '') not in ('plan', 'zone') and case
            when not is_quantity then billed_free <> free
            when free < rounded then billed_free <> least(free, billed_quantity)
            when billed_quantity > rounded then billed_free < free
            else billed_free <> billed_quantity
        end as is_free,
        case
            when basis is null then uncapped_micro
            when abs(least(natural_micro, coalesce(cap_left, natural_micro)) - billed_micro) <= 1 then natural_micro
            when not is_quantity and abs(said_micro - billed_micro) <= 1 then said_micro
            else coalesce(basis_micro, natural_micro, uncapped_micro)
        end as after_basis
    from compared
),
walked as (
    select
        *,
        coalesce(
            case when not is_quantity then null when is_free and basis is null then quantity_micro else said_micro end, after_basis
        ) as after_quantity,
        if(basis is null and not is_quantity, free_micro, said_micro) as when_free_as_billed,
        coalesce(cap_left, 9223372036854775807) as room
    from told
),
ended as (
    select *, coalesce(if(is_free, when_free_as_billed, null), after_quantity) as after_all from walked
),
measured as (
    select
        *,
        least(after_basis, room) - expected_micro as by_basis,
        least(after_quantity, room) - least(after_basis, room) as by_quantity,
        least(after_all, room) - least(after_quantity, room) as by_free,
        if(
            basis is null and not is_quantity and not is_free and after_all > room and billed_micro > room,
            least(billed_micro, after_all) - room, 0
        ) as by_cap
    from ended
)
select *, billed_micro - expected_micro - by_basis - by_quantity - by_free - by_cap as rest
from measured
