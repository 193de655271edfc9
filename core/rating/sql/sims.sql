-- grain: one row for each SIM and stretch of time: the CRM row that usage belongs to, the latest where two match (rule 1).
with periods as (select * from rating_periods where imsi is not null),
chained as (
    select *, coalesce(max(to_us) over (partition by imsi order by from_us rows between unbounded preceding and 1 preceding) > from_us, false) as is_contested
    from periods
),
contested as (select distinct imsi from chained where is_contested),
points as (
    select imsi, from_us as at_us from periods join contested using (imsi)
    union
    select imsi, to_us from periods join contested using (imsi)
),
stretches as (select imsi, at_us, lead(at_us) over (partition by imsi order by at_us) as next_us from points),
resolved as (
    select periods.* replace (stretches.at_us as from_us, stretches.next_us as to_us)
    from stretches
    join periods on periods.imsi = stretches.imsi and periods.from_us <= stretches.at_us and stretches.at_us < periods.to_us
    where next_us is not null
    qualify row_number() over (
        partition by stretches.imsi, stretches.at_us order by periods.from_us desc, subscription_id desc
    ) = 1
)
select * from resolved
union all
select * from periods where imsi not in (select imsi from contested)
