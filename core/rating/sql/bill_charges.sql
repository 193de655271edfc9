-- grain: one row for each line of billing that is no usage.
select
    charge_id, account_id, subscription_id, invoice_id, kind, plan_id, product_id, promotion_id, amount, corrects,
    period_start, period_end, rated_at, reason
from charges
where kind <> 'usage'
