-- grain: one plain bill, draft or issued, one an account
from bill_places
qualify row_number() over (partition by account_id order by md5(invoice_id)) = 1
order by invoice_id
