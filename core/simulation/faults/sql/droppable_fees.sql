-- grain: one monthly fee that its bill can do without
select * from fee_places
where not discounted and amount >= 0.5 and amount < bill_total * 0.7
order by charge_id
