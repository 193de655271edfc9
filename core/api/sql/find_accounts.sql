-- grain: one row for each account that a text names by id, name or phone number, the closest first
with wanted as (
    select
        lower(strip_accents($text)) as words,
        case when regexp_full_match($text, '[-+() /0-9]+') then ltrim(regexp_replace($text, '[^0-9]', '', 'g'), '0') else '' end as digits
),
customers as (select account_id, name, segment, status, lower(strip_accents(name)) as plain_name from accounts),
lines as (select account_id, msisdn from subscriptions),
numbers as (
    select account_id, min(msisdn) as msisdn
    from lines, wanted
    where $by_person = 1 and length(wanted.digits) >= 4 and contains(msisdn, wanted.digits)
    group by account_id
),
strangers as (select distinct account_id from lines anti join customers using (account_id)),
known as (
    select account_id, name, segment, status, plain_name from customers
    union all by name
    select account_id from strangers
)
select known.account_id, known.name, known.segment, known.status, numbers.msisdn
from known
cross join wanted
left join numbers using (account_id)
where (
        numbers.account_id is not null
        or contains(lower(known.account_id), wanted.words)
        or ($by_person = 1 and contains(known.plain_name, wanted.words))
    )
    and ($segments = '*' or list_contains(string_split($segments, ','), known.segment))
order by
    lower(known.account_id) = wanted.words desc,
    numbers.account_id is not null desc,
    starts_with(coalesce(known.plain_name, ''), wanted.words) desc,
    known.name nulls last,
    known.account_id
limit $limit
