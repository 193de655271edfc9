-- grain: one row for each kind of usage: the set of ladders that compete for it, or the one that always wins.
with contenders as (select * from rating_contenders),
fields as (
    select kind_no, list(ladder_no order by ladder_no) as field, bool_and(is_constant) as is_constant
    from contenders
    group by kind_no
)
select
    kind_no,
    dense_rank() over (order by field) as field_no,
    field,
    if(is_constant and len(field) = 1, field[1], null) as ladder_no
from fields
