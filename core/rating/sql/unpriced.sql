-- grain: one row for each forwarded session that gets no line, and why (rule 5).
with asked as (select only_cycle from rating_asked),
located as (select * from rating_located),
ladders as (select ladder_no, tariff_id from rating_ladders),
parts as (select session_no, part_no, tariff_id, fault from rating_parts_of_calls where fault is not null),
subs as (select distinct sub_no, subscription_id, account_no, account_id from rating_periods),
cycles as (select bill_cycle_day, cycle_no, first_date from rating_cycles)
select
    record_id, event_id, account_id, subscription_id, make_timestamptz(started_us) as started_at,
    strftime(first_date, '%Y-%m-%d') as cycle,
    located.fault as reason,
    if(located.fault like '% of % %', coalesce(parts.tariff_id, ladders.tariff_id), null) as tariff_id
from located
left join subs on subs.sub_no = located.sub_no and subs.account_no = located.account_no
left join ladders using (ladder_no)
left join cycles on cycles.bill_cycle_day = located.bill_cycle_day and cycles.cycle_no = located.cycle_no
left join (select session_no, arg_min(tariff_id, part_no) as tariff_id from parts group by session_no) as parts using (session_no),
asked
where located.fault is not null and (only_cycle is null or strftime(first_date, '%Y-%m-%d') = only_cycle)
