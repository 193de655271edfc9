-- grain: one monthly fee that its bill can do without, one a subscription
select * from fee_places
where not discounted and amount >= 0.5 and amount < bill_total * 0.7
qualify row_number() over (partition by subscription_id order by md5(charge_id)) = 1
order by charge_id
