-- grain: one row; the last instant after "now" at which a row of the price list begins, null where all have begun.
with beginnings as (
    select valid_from from tariffs
    union
    select valid_from from allowances
)
select max(valid_from) from beginnings where valid_from > $as_of
