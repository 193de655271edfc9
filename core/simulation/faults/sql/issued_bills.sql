-- grain: one plain bill that left more than a day ago and is paid or not due yet
from bill_places
where issued_at < as_of - to_days(1) and status <> 'void'
order by invoice_id
