-- grain: one monthly fee for some days of its cycle
select * from fee_places where prorate and days < cycle_days and not discounted and fee - amount >= 0.05 order by charge_id
