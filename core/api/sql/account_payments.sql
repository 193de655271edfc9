-- grain: one row for each attempt to collect from the account and each refund, newest first
select
    payment_id, invoice_id, amount, currency, method, status, attempted_at, failure_code,
    refund_of is not null as is_refund
from payments
where account_id = $account
order by attempted_at desc, payment_id
