-- grain: one row for each account that shows what some rule asks of the data as a whole: that there are such rows at all, and on
-- which cycle days billing writes lines while a cycle runs.
insert into island_keys
with known as (select key from island_keys where kind = 'account'),
accounts as (select account_id, bill_cycle_day from all_accounts),
holders as (select subscription_id, imsi, account_id from all_subscriptions),
lines as (select account_id, record_id, invoice_id, kind, estimated, corrects, period_start from all_charges),
usage as (select * from lines where kind = 'usage'),
sims as (select imsi from holders),
held as (select subscription_id from holders),
latest as (select account_id, max(period_start) as last_start from usage group by account_id),
found as (
    (select account_id from accounts limit 1)
    union
    (select account_id from holders limit 1)
    union
    select account_id from holders
    where imsi = (select imsi from all_provisioning where imsi in (from sims) limit 1)
        or imsi = (select imsi from all_usage_events where imsi in (from sims) limit 1)
        or subscription_id = (select subscription_id from all_mediation_records where subscription_id in (from held) limit 1)
        or subscription_id = (select subscription_id from all_product_grants where subscription_id in (from held) limit 1)
        or subscription_id = (select subscription_id from all_promotion_grants where subscription_id in (from held) limit 1)
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
    select arg_max(account_id, last_start) from latest join accounts using (account_id) group by bill_cycle_day
)
select distinct 'account', account_id, 0
from found
where account_id not in (from known)
