-- grain: one plain bill, draft or issued
from bill_places order by invoice_id
