-- grain: one chosen payment, every column
select payments.* from payments where payment_id in (select key from chosen) order by payment_id
