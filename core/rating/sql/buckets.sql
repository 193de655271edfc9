-- grain: one row for each band and grid cell that overlap, so that an instant finds its band by equality.
with bands as (select * from rating_bands),
edges as (select * from rating_edges),
grid as (
    select list_reduce(list(distinct at_us // 60000000 % 1440), lambda a, b: gcd(a, b)) as minutes from edges
),
cells as (select gcd(minutes, 1440) * 60000000 as size_us from grid)
select size_us, unnest(generate_series(from_us // size_us, (to_us - 1) // size_us)) as bucket_no, bands.*
from bands, cells
