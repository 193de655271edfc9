-- grain: the one row of the dataset's settings
create or replace table dataset as
select
    $operator::varchar as operator,
    $home_tadig::varchar as home_tadig,
    $home_plmns::varchar[] as home_plmns,
    $currency::varchar as currency,
    $timezone::varchar as timezone,
    $tax_rate::decimal(18, 6) as tax_rate,
    $as_of::timestamptz as as_of,
    $starts_at::timestamptz as starts_at,
    $mediation_hours::bigint as mediation_hours,
    $element_delivery_hours::bigint as element_delivery_hours,
    $calling_code::varchar as calling_code,
    $allowance_order::varchar as allowance_order
