-- grain: one row for each zone name: a small number for it; 1 is any, 0 stands for a place not known, which nothing names
with named as (
    select destination_zone as zone from tariffs
    union select roaming_zone from tariffs
    union select destination_zone from allowances
    union select roaming_zone from allowances
    union select destination_zone from products
    union select roaming_zone from products
    union select zone from destinations
    union select zone from networks
    union select 'home'
)
select 'unknown' as zone, -1 as zone_no
union all select 'any', 1
union all
select zone, 1 + row_number() over (order by zone)
from named
where zone not in ('any', 'unknown')
