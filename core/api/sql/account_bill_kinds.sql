-- grain: one row for each invoice of the account, none for "not yet", and kind of line, with its sum
with abroad as (select distinct record_id from account_usage where zone not in ('home', 'unknown') and record_id is not null)
select
    charges.invoice_id,
    case when charges.kind = 'usage' and abroad.record_id is not null then 'roaming' else charges.kind end as kind,
    sum(charges.amount)::decimal(18, 6) as amount
from charges
left join abroad using (record_id)
where charges.account_id = $account
group by all
