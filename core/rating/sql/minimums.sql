-- grain: one row for each subscription and closed cycle that spent less than its plan's minimum: what lifts it (rule 14).
with cycles as (select * from rating_cycles where is_judged and is_closed),
holdings as (select * from rating_holdings where not is_stand_in and account_no in (select account_no from rating_members)),
offers as (select plan_id, minimum_spend from plans where minimum_spend is not null),
bound as (
    select
        account_no, account_id, sub_no, subscription_id, cycle_no, plan_id,
        (minimum_spend::decimal(38, 6) * 1000000)::hugeint as minimum_micro
    from holdings
    join offers using (plan_id)
    join cycles
        on cycles.bill_cycle_day = holdings.bill_cycle_day
        and epoch_us(ends_at) - 1 >= from_us and epoch_us(ends_at) - 1 < to_us
),
usage_spent as (
    select account_no, sub_no, cycle_no, sum(amount_micro) as micro
    from (
        select account_no, sub_no, cycle_no, amount_micro from rating_usage_sums
        union all
        select account_no, sub_no, cycle_no, amount_micro from rating_given_lines where kind = 'usage' and sub_no is not null
    )
    group by all
),
lines as (
    select account_no, sub_no, cycle_no, sign(micro)::int * ((abs(micro) + 5000) // 10000) * 10000 as micro from usage_spent
    union all
    select account_no, sub_no, cycle_no, amount_micro from rating_fees
    union all
    select account_no, sub_no, cycle_no, amount_micro from rating_one_offs
    union all
    select account_no, sub_no, cycle_no, cents * -10000 from rating_discounts
),
spent as (select account_no, sub_no, cycle_no, sum(micro)::hugeint as spent_micro from lines group by all)
select bound.*, coalesce(spent_micro, 0)::bigint as spent_micro, (minimum_micro - coalesce(spent_micro, 0))::bigint as amount_micro
from bound
left join spent using (account_no, sub_no, cycle_no)
where minimum_micro > coalesce(spent_micro, 0)
