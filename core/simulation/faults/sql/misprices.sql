-- grain: one way to take a flat line's price for another, by one mistake
select * from mispriced where mistake = $mistake order by charge_id, wrong_tariff
