-- grain: one product that one subscription has for a time
with lines as (select * from drawn_lines),
granted as (select * from drawn_products)
select
    'PG' || lpad(account_no::varchar, 7, '0') || '-'
        || lpad(row_number() over (partition by account_no order by place)::varchar, 3, '0') as grant_id,
    'S' || lpad(account_no::varchar, 7, '0') || '-' || lpad(within::varchar, 3, '0') as subscription_id,
    what::varchar as product_id,
    valid_from,
    valid_to
from granted join lines using (line_no)
order by grant_id
