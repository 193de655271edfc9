-- grain: one row for each file that is not here, subscription and service: what was used and will cost, under its finding's subject.
select
    coalesce(file_id, source || '#' || sequence) as subject_id,
    account_id,
    subscription_id,
    partner_id,
    source,
    sequence,
    period_start,
    period_end,
    service,
    quantity,
    amount,
    low,
    high,
    basis
from usage_estimates
order by amount desc, account_id, subscription_id, source, sequence, service
