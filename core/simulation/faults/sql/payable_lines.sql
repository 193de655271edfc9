-- grain: one usage line on a plain bill that costs something, nothing of it free
select * from places
where plain and amount >= 0.02 and free_quantity = 0 and amount < coalesce(bill_total * 0.8, 1000)
order by charge_id
