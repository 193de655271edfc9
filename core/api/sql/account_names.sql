-- grain: one row for each plan, product, promotion and grant of one, with the name people know it by
with known as (
    select plan_id as id, name, valid_from from plans
    union all
    select product_id, name, valid_from from products
    union all
    select promotion_id, name, valid_from from promotions
    union all
    select grant_id, name, product_grants.valid_from from product_grants join products using (product_id)
    union all
    select grant_id, name, promotion_grants.valid_from from promotion_grants join promotions using (promotion_id)
)
select id, arg_max(name, valid_from) as name
from known
group by id
