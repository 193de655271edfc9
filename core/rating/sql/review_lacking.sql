-- grain: one row for each account of the slice and kind of its usage that finds no price: since when and until when it was seen.
with located as (
    select kind_no, account_no, started_us, fault from rating_located where sub_no is not null and band_no is not null
),
members as (select account_no, account_id from rating_members),
kinds as (select * from rating_kinds)
select
    account_id, plan_id, service_no, direction, destination_no, roaming_no,
    make_timestamptz(min(started_us)) as first_at,
    make_timestamptz(max(started_us)) as last_at
from located
join kinds using (kind_no)
join members using (account_no)
where fault = 'no tariff matches'
group by account_id, plan_id, service_no, direction, destination_no, roaming_no
