-- grain: one row for each subscription and stretch of time: the CRM row in force, the latest where two match.
with periods as (select * from rating_periods),
chained as (
    select *, coalesce(max(to_us) over (partition by subscription_id order by from_us rows between unbounded preceding and 1 preceding) > from_us, false) as is_contested
    from periods
),
contested as (select distinct subscription_id from chained where is_contested),
points as (
    select subscription_id, from_us as at_us from periods join contested using (subscription_id)
    union
    select subscription_id, to_us from periods join contested using (subscription_id)
),
stretches as (select subscription_id, at_us, lead(at_us) over (partition by subscription_id order by at_us) as next_us from points),
resolved as (
    select periods.* replace (stretches.at_us as from_us, stretches.next_us as to_us)
    from stretches
    join periods on periods.subscription_id = stretches.subscription_id and periods.from_us <= stretches.at_us and stretches.at_us < periods.to_us
    where next_us is not null
    qualify row_number() over (
        partition by stretches.subscription_id, stretches.at_us order by periods.from_us desc
    ) = 1
)
select * from resolved
union all
select * from periods where subscription_id not in (select subscription_id from contested)
