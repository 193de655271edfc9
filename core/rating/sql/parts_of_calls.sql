-- grain: one row for each part of a call that reaches past its first band: cut at midnight and where the winner changes (rule 6).
with calls as (select * from rating_placed where is_long and sub_no is not null and band_no is not null),
bands as (select * from rating_bands),
contests as (select * from rating_contests),
winners as (select * from rating_winners),
ladders as (select ladder_no, tariff_id, mode, fault, step_size, minimum from rating_ladders),
stretches as (
    select
        session_no, calls.quantity, bands.band_no, is_midnight,
        coalesce(contests.ladder_no, winners.ladder_no) as ladder_no,
        greatest(0, (bands.from_us - band_us + 999999) // 1000000) as from_s,
        least(calls.quantity, (bands.to_us - band_us + 999999) // 1000000) as to_s
    from calls
    join bands on bands.band_no >= calls.band_no and bands.from_us < band_us + calls.quantity * 1000000
    left join contests using (kind_no)
    left join winners on winners.field_no = contests.field_no and winners.class_no = bands.class_no
),
held as (select * from stretches where to_s > from_s),
marked as (
    select
        *,
        (is_midnight or ladder_no is distinct from lag(ladder_no) over calls_in_order)::int as begins
    from held
    window calls_in_order as (partition by session_no order by band_no)
),
numbered as (
    select *, sum(begins) over (partition by session_no order by band_no) as stretch_no from marked
),
parts as (
    select
        session_no, stretch_no, any_value(ladder_no) as ladder_no,
        min(from_s) as from_s, max(to_s) - min(from_s) as quantity
    from numbered
    group by session_no, stretch_no
),
ordered as (select *, row_number() over (partition by session_no order by from_s) as part_no from parts)
select
    session_no, part_no, ordered.ladder_no, from_s, quantity, tariff_id,
    if(ladder_no is null, 'no tariff matches', fault) as fault,
    case
        when mode = 'package' then quantity
        else greatest(if(part_no = 1, minimum, 0), (quantity + step_size - 1) // step_size * step_size)
    end as rounded
from ordered
left join ladders using (ladder_no)
