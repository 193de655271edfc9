-- grain: one row for each adjustment and each estimate of billing.
select charge_id, account_id, subscription_id, invoice_id, kind, service, amount, period_start, corrects, estimated
from charges
where kind = 'adjustment' or estimated
