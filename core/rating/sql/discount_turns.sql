-- grain: one row for each discount that may be due in a closed cycle, in the order in which they are taken (rule 13).
with cycles as (select * from rating_cycles where is_judged and is_closed),
counting as (select * from rating_counting_promotions where kind in ('percent_off', 'fee_waiver', 'amount_off')),
holdings as (select sub_no, plan_id, from_us, to_us from rating_holdings)
select
    counting.sub_no, account_no, cycle_no, grant_id, promotion_id, kind, subscription_id, account_id,
    holdings.plan_id,
    case when kind = 'amount_off' then (value::decimal(38, 6) * 1000000)::hugeint end as off_micro,
    case kind when 'percent_off' then (value::decimal(38, 6) * 1000000)::hugeint when 'fee_waiver' then 100000000::hugeint end as percent_micro,
    case
        when kind = 'fee_waiver' or applies_to = 'recurring' then 'fees'
        when applies_to in ('usage', 'voice', 'sms', 'data', 'iot') then applies_to
    end as target,
    row_number() over (partition by counting.sub_no, account_no, cycle_no order by kind = 'amount_off', grant_id) as turn
from counting
join cycles using (bill_cycle_day, cycle_no)
left join holdings
    on holdings.sub_no = counting.sub_no and epoch_us(starts_at) >= from_us and epoch_us(starts_at) < to_us
