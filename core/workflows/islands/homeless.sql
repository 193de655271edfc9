-- grain: one row for each key of usage, records, lines, invoices and payments that no customer known to CRM has.
-- Nothing says whose they are, so they are judged in every run.
insert into island_keys
with sims as (select imsi from all_subscriptions),
held as (select subscription_id from all_subscriptions),
customers as (select account_id from all_accounts union select account_id from all_subscriptions),
known as (select kind, key from island_keys),
found as (
    select distinct 'sim' as kind, imsi as key from all_usage_events where imsi not in (from sims)
    union
    select 'sim', imsi from all_provisioning where imsi not in (from sims)
    union
    select 'subscription', subscription_id from all_mediation_records
    where subscription_id is not null and subscription_id not in (from held)
    union
    select 'record', record_id from all_mediation_records where subscription_id is null
    union
    select 'account', account_id from all_charges where account_id not in (from customers)
    union
    select 'account', account_id from all_invoices where account_id not in (from customers)
    union
    select 'account', account_id from all_payments where account_id not in (from customers)
    union
    select 'subscription', subscription_id from all_product_grants where subscription_id not in (from held)
    union
    select 'subscription', subscription_id from all_promotion_grants where subscription_id not in (from held)
    union
    select 'subscription', subscription_id from all_consents where subscription_id not in (from held)
)
select found.kind, found.key, 0
from found
anti join known on known.kind = found.kind and known.key = found.key
