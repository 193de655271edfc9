-- grain: one issued invoice with something to pay, in order of account and cycle
with invoices as (select * from invoices where issued_at is not null and total > 0)
select
    row_number() over (order by invoice_id) as place,
    invoice_id, account_id, total, right(account_id, 7)::bigint as account_no, epoch_us(issued_at) // 1000000 as issued
from invoices
