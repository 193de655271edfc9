-- grain: one monthly fee for its whole cycle that could be taken for a part of it
select * from fee_places
where prorate and days = cycle_days and amount = fee and not discounted and fee >= 0.5 and amount < bill_total * 0.8
order by charge_id
