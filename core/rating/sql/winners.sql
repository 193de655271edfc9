-- grain: one row for each set of competing ladders and kind of moment at which one of them matches: the winner (rule 5).
with contests as (select * from rating_contests),
ladders as (select * from rating_ladders),
classes as (
    select distinct class_no, minute, weekday, is_holiday, was_holiday, version_from_us from rating_bands
),
weekdays as (select ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as names),
fields as (
    select distinct field_no, unnest(field) as ladder_no from contests where ladder_no is null
),
moments as (
    select
        fields.field_no, classes.class_no, ladders.ladder_no, specificity, window_minutes, valid_from_us, tariff_id, days,
        from_minute >= to_minute and minute < to_minute as is_after_midnight,
        string_split(days, ',') as day_list, classes.*
    from fields
    join ladders using (ladder_no)
    join classes
        on ladders.valid_from_us <= classes.version_from_us
        and (ladders.valid_to_us is null or classes.version_from_us < ladders.valid_to_us)
        and if(
            from_minute < to_minute,
            minute >= from_minute and minute < to_minute,
            minute >= from_minute or minute < to_minute
        )
),
owned as (
    select
        *,
        if(is_after_midnight, was_holiday, is_holiday) and list_contains(day_list, 'hol') as as_holiday,
        list_contains(day_list, names[weekday + if(is_after_midnight, 0, 1)]) as as_weekday
    from moments, weekdays
)
select
    field_no, class_no,
    first(ladder_no order by
        specificity desc, case when as_holiday then 2 when days <> 'any' then 1 else 0 end desc,
        window_minutes, valid_from_us desc, tariff_id
    ) as ladder_no
from owned
where days = 'any' or as_holiday or as_weekday
group by field_no, class_no
