-- grain: one discount on monthly fees, on a plain bill, with the one grant that it comes from
with lines as (select * from charges where kind = 'discount' and invoice_id is not null),
cycles as (select * from cycle_places where plain and cycle_no > 0),
grants as (select grant_id, subscription_id, promotion_id, valid_from, valid_to from promotion_grants),
offers as (select promotion_id, kind as promotion_kind, value from promotions where applies_to = 'recurring'),
fees as (
    select subscription_id, invoice_id, sum(amount) as fees from charges
    where kind = 'recurring' and product_id is null group by all
),
settings as (select as_of from dataset)
select
    lines.charge_id, lines.account_id, lines.subscription_id, cycle, cycle_start, cycle_end, lines.amount, lines.rated_at,
    grant_id, promotion_kind, value, fees, as_of
from lines
join cycles using (account_id, invoice_id)
join offers using (promotion_id)
join grants using (subscription_id, promotion_id)
join fees using (subscription_id, invoice_id), settings
where grants.valid_from < cycle_end and (grants.valid_to is null or grants.valid_to > cycle_start)
qualify count(*) over (partition by lines.charge_id) = 1 and count(*) over (partition by subscription_id, lines.invoice_id) = 1
order by lines.charge_id
