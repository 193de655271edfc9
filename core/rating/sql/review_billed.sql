-- grain: one row for each usage line of billing that stands for a record; estimates and corrections stand for none (view).
select
    charge_id, record_id, account_id, subscription_id, invoice_id, service, quantity, free_quantity, amount,
    plan_id, tariff_id, period_start, rated_at
from charges
where kind = 'usage' and not estimated and corrects is null
