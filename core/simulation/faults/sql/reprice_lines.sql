-- grain: one chosen line
update charges
set amount = chosen.amount, quantity = chosen.quantity, free_quantity = chosen.free_quantity,
    tariff_id = chosen.tariff_id, plan_id = chosen.plan_id
from chosen
where charge_id = key
