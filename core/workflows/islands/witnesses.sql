-- grain: one row for each account that shows what some rule asks of the data as a whole: that there are such rows at all, and on
-- which cycle days billing writes lines while a cycle runs.
insert into island_keys
with known as (select key from island_keys where kind = 'account'),
accounts as (select account_id, bill_cycle_day from all_accounts),
holders as (select subscription_id, imsi, account_id from all_subscriptions),
lines as (select account_id, record_id, invoice_id, kind, estimated, corrects, period_start from all_charges),
usage as (select * from lines where kind = 'usage'),
found as (
    (select account_id from accounts limit 1)
    union
    (select account_id from holders limit 1)
    union
    (select account_id from holders semi join all_provisioning using (imsi) limit 1)
    union
    (select account_id from holders semi join all_usage_events using (imsi) limit 1)
    union
    (select account_id from holders semi join all_mediation_records using (subscription_id) limit 1)
    union
    (select account_id from holders semi join all_product_grants using (subscription_id) limit 1)
    union
    (select account_id from holders semi join all_promotion_grants using (subscription_id) limit 1)
    union
    (select account_id from lines limit 1)
    union
    (select account_id from lines where invoice_id is not null limit 1)
    union
    (select account_id from usage where record_id is not null and not estimated and corrects is null limit 1)
    union
    (select account_id from all_invoices limit 1)
    union
    (select account_id from all_invoices where issued_at is not null limit 1)
    union
    (select account_id from all_payments limit 1)
    union
    select arg_max(account_id, period_start) from usage join accounts using (account_id) group by bill_cycle_day
)
select distinct 'account', account_id, 0
from found
where account_id not in (from known)
