-- grain: one usage line on a plain bill that costs something, nothing of it free, one an account and cycle
select * from places
where plain and amount >= 0.02 and free_quantity = 0 and amount < coalesce(bill_total * 0.8, 1000)
qualify row_number() over (partition by account_id, cycle order by md5(charge_id)) = 1
order by charge_id
