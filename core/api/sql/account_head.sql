-- grain: at most one row; the account as its streams know it, none for an account that no stream names
with settings as (select currency from dataset),
customer as (select * from accounts where account_id = $account),
named as (
    select account_id from customer
    union
    select account_id from subscriptions where account_id = $account
    union
    select account_id from invoices where account_id = $account
    union
    select account_id from charges where account_id = $account
    union
    select account_id from payments where account_id = $account
)
select
    named.account_id, customer.name, customer.segment, customer.status,
    coalesce(customer.currency, settings.currency) as currency,
    customer.country, customer.language, customer.contact_allowed, customer.vulnerable,
    customer.opened_at, customer.closed_at
from named
cross join settings
left join customer using (account_id)
