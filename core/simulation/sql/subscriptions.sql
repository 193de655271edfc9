-- grain: one period of one subscription on one plan, card and number
with lines as (select * from drawn_lines),
stays as (select * from drawn_stays)
select
    'S' || lpad(account_no::varchar, 7, '0') || '-' || lpad(within::varchar, 3, '0') as subscription_id,
    'A' || lpad(account_no::varchar, 7, '0') as account_id,
    '491500' || lpad(msisdn_no::varchar, 7, '0') as msisdn,
    '26299' || lpad(imsi_no::varchar, 10, '0') as imsi,
    plan::varchar as plan_id,
    status::varchar as status,
    valid_from,
    case when valid_to is null then closed else valid_to end as valid_to
from lines join stays using (line_no)
where account_no > 0
order by subscription_id, valid_from
