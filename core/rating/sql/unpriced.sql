-- grain: one row for each forwarded session that gets no line, and why (rule 5).
with located as (select * from rating_located),
split as (select * from rating_split_sessions),
ladders as (select ladder_no, tariff_id from rating_ladders),
parts as (select session_no, part_no, tariff_id, fault from rating_parts_of_calls where fault is not null),
subs as (select distinct sub_no, subscription_id, account_no, account_id from rating_periods),
cycles as (select bill_cycle_day, cycle_no, first_date from rating_cycles),
faulty as (
    select located.*, if(split.session_no is null, located.fault, split.fault) as reason
    from located
    left join split using (session_no)
)
select
    record_id, event_id, account_id, subscription_id, make_timestamptz(started_us) as started_at,
    strftime(first_date, '%Y-%m-%d') as cycle,
    reason,
    if(reason like '% of % %', coalesce(parts.tariff_id, ladders.tariff_id), null) as tariff_id
from faulty
left join subs on subs.sub_no = faulty.sub_no and subs.account_no = faulty.account_no
left join ladders using (ladder_no)
left join cycles on cycles.bill_cycle_day = faulty.bill_cycle_day and cycles.cycle_no = faulty.cycle_no
left join (select session_no, arg_min(tariff_id, part_no) as tariff_id from parts group by session_no) as parts using (session_no)
where reason is not null and ($cycle is null or strftime(first_date, '%Y-%m-%d') = $cycle)
