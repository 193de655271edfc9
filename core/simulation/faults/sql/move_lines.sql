-- grain: one chosen line that is rated at another time, on another bill
update charges
set rated_at = chosen.rated_at, updated_at = chosen.updated_at, invoice_id = chosen.invoice_id
from chosen where charge_id = key
