-- grain: one flat line with the price of the band that the UTC clock stands in at its start, not its own
-- at most three an account and cycle
with mispriced as (from mispriced where mistake = 'band'),
clocked as (
    select *,
        strftime(started_at at time zone 'UTC', '%H:%M') as clock,
        lower(strftime(started_at at time zone 'UTC', '%a')) as weekday
    from mispriced
)
select *
from clocked
where clock >= wrong_from and (clock < wrong_to or wrong_to = '00:00')
    and list_contains(string_split(wrong_days, ','), weekday)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || wrong_tariff)) <= 3
order by charge_id, wrong_tariff
