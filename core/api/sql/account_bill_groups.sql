-- grain: one row for each invoice of the account and what its lines have in common, with what they add up to
with zones as (select record_id, any_value(zone) as zone from account_usage where record_id is not null group by record_id)
select
    charges.invoice_id, charges.kind, charges.service, zones.zone as roaming_zone,
    charges.plan_id, charges.tariff_id, charges.product_id, charges.promotion_id, charges.reason,
    if(charges.corrects is null, null, 'a line') as corrects,
    charges.estimated,
    sum(charges.amount)::decimal(18, 6) as amount,
    sum(charges.quantity)::bigint as quantity,
    sum(charges.free_quantity)::bigint as free_quantity
from charges
left join zones using (record_id)
where charges.account_id = $account and charges.invoice_id is not null
group by all
order by all
