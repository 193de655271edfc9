-- grain: one way to take a flat line's price for another, by one mistake
-- at most three an account and cycle
select *
from mispriced
where mistake = $mistake
qualify row_number() over (partition by account_id, cycle order by md5(charge_id || wrong_tariff)) <= 3
order by charge_id, wrong_tariff
