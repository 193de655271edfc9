-- grain: one row for each kind of usage seen and ladder that may price it at some time, hopeless ones left out (rule 5).
with scope as (select * from rating_scope),
kinds as (select * from rating_kinds),
ladders as (select * from rating_ladders),
bands as (select * from rating_bands),
span as (select min(from_us) as from_us, max(to_us) as to_us from bands),
matching as (
    select
        kinds.kind_no, ladders.ladder_no, ladders.specificity,
        ladders.days = 'any' and ladders.window_minutes = 1440 and ladders.from_minute = 0
            and ladders.valid_from_us <= span.from_us and coalesce(ladders.valid_to_us >= span.to_us, true) as is_constant
    from kinds
    join ladders
        on ladders.service_no = kinds.service_no
        and ladders.plan_id in (kinds.plan_id, '*')
        and (ladders.direction = 'any' or ladders.direction = kinds.direction)
        and ladders.destination_no in (kinds.destination_no, 1)
        and ladders.roaming_no in (kinds.roaming_no, 1),
    span
),
ranked as (
    select *, max(specificity) filter (is_constant) over (partition by kind_no) as assured
    from matching
)
select kind_no, ladder_no, is_constant
from ranked
where assured is null or specificity >= assured
