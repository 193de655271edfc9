-- grain: one account of the slice
with drawn as (select * from drawn_accounts),
lines as (select * from drawn_lines),
stays as (select * from drawn_stays),
fate as (
    select
        account_no,
        case when count(*) = count(closed) then max(closed) end as closed_at,
        bool_and(status = 'suspended') as suspended,
        min(msisdn_no) as msisdn_no
    from lines join stays using (line_no)
    where valid_to is null or valid_to is not distinct from closed
    group by account_no
)
select
    'A' || lpad(account_no::varchar, 7, '0') as account_id,
    name,
    segment::varchar as segment,
    case when closed_at is not null then 'closed' when suspended then 'suspended' else 'active' end as status,
    bill_cycle_day,
    $currency as currency,
    country::varchar as country,
    language::varchar as language,
    case when has_email then 'a' || lpad(account_no::varchar, 7, '0') || '@example.org' end as email,
    case when has_phone then '491500' || lpad(msisdn_no::varchar, 7, '0') end as phone,
    contact_allowed,
    vulnerable,
    opened as opened_at,
    closed_at
from drawn left join fate using (account_no)
order by account_id
