-- grain: one row for each session with its cycle, the band it begins in, and the ladder that wins there; `rounded` and `fault`
-- are final unless the session `is_long`, that is, reaches past its first band (view; rules 2, 5, 6, 7).
with scope as (select * from rating_scope),
usage as (
    select
        rowid as session_no, *,
        if(service_no = 0, started_us - started_us % 1000000, started_us) as band_us
    from rating_usage
),
contests as (select * from rating_contests),
buckets as (select * from rating_buckets),
winners as (select * from rating_winners),
ladders as (select ladder_no, mode, fault, step_size, minimum from rating_ladders),
cell as (select any_value(size_us) as cell_us from buckets),
won as (
    select
        usage.*, field_no, band_no, to_us,
        month_no - (day_no < bill_cycle_day)::int as cycle_no,
        coalesce(contests.ladder_no, winners.ladder_no) as ladder_no
    from usage
    left join contests using (kind_no)
    left join buckets
        on bucket_no = band_us // (select cell_us from cell) and band_us >= buckets.from_us and band_us < buckets.to_us
    left join winners using (field_no, class_no)
)
select
    won.* exclude (to_us, field_no),
    if((select by_arrival from scope), arrived_us, started_us) as order_us,
    service_no = 0 and band_us + quantity * 1000000 > to_us as is_long,
    case
        when sub_no is null then 'no subscription matches'
        when band_no is null then 'outside the calendar of the dataset'
        when ladders.ladder_no is null then 'no tariff matches'
        else ladders.fault
    end as fault,
    case
        when quantity = 0 or mode = 'package' then quantity
        else greatest(minimum, (quantity + step_size - 1) // step_size * step_size)
    end as rounded
from won
left join ladders using (ladder_no)
