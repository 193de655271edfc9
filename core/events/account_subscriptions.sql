-- grain: one row for each period of the account's subscriptions, and of others that ever held one of its SIMs
with own as (select subscription_id, imsi from whole_subscriptions where account_id = $account)
select * from whole_subscriptions
where subscription_id in (select subscription_id from own) or imsi in (select imsi from own)
