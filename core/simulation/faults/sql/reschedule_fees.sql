-- grain: one chosen fee
update charges set amount = chosen.amount, period_start = chosen.period_start, period_end = chosen.period_end
from chosen where charge_id = key
