-- grain: one thing that looks like a fault and is none; `fault` is what it could be taken for; at most 40 of a kind
with dataset as (select timezone, as_of, starts_at from dataset),
texts as (
    select event_id, imsi, other_party, started_at, received_at,
        lag(started_at) over (partition by imsi, other_party order by started_at) as former_at
    from usage_events where service = 'sms' and direction = 'mo'
),
stays as (
    select *,
        lag(imsi) over line as former_imsi, lag(msisdn) over line as former_msisdn
    from subscriptions
    window line as (partition by subscription_id order by valid_from)
),
calls as (
    select event_id, started_at, received_at from usage_events where service = 'voice'
),
found as (
    select 'twin_message' as planted_by, 'duplicate_event' as fault, 'usage_events' as stream, event_id as subject_id,
        null as account_id, received_at as planted_at
    from texts where epoch_us(started_at) // 1000000 = epoch_us(former_at) // 1000000
    union all
    select 'free_plan', 'zero_rated', 'charges', charge_id, account_id, rated_at
    from charges join plans using (plan_id)
    where charges.kind = 'usage' and monthly_fee = 0 and amount = 0
    union all
    select 'promotion_ended', 'promotion_missing', 'promotion_grants', grant_id, account_id, promotion_grants.valid_to
    from promotion_grants join (select distinct subscription_id, account_id from subscriptions) using (subscription_id)
    where promotion_grants.valid_to < (select as_of from dataset)
    union all
    select 'sim_swap', 'identity_mismatch', 'subscriptions', subscription_id, account_id, valid_from
    from stays where imsi <> former_imsi
    union all
    select 'number_ported', 'identity_mismatch', 'subscriptions', subscription_id, account_id, valid_from
    from stays where msisdn <> former_msisdn
    union all
    select 'goodwill', 'adjustment_abuse', 'charges', charge_id, account_id, rated_at
    from charges where kind = 'adjustment' and corrects is null
    union all
    select 'part_payment', 'payment_mismatch', 'payments', payment_id, payments.account_id, attempted_at
    from payments join invoices using (invoice_id)
    where payments.status = 'succeeded' and amount > 0 and amount < total and refund_of is null
    union all
    select 'joint_payment', 'payment_mismatch', 'payments', payment_id, account_id, attempted_at
    from payments where invoice_id is null
    union all
    select 'refunded_twice_paid', 'payment_duplicate', 'payments', refund_of, account_id, attempted_at
    from payments where refund_of is not null
    union all
    -- the local hour came twice: an hour before and after, the same clock stood at the same hour
    select 'hour_twice', 'wrong_time_band', 'usage_events', event_id, null, received_at
    from calls, dataset
    where date_trunc('hour', started_at at time zone timezone)
        in (date_trunc('hour', (started_at + interval 1 hour) at time zone timezone),
            date_trunc('hour', (started_at - interval 1 hour) at time zone timezone))
)
select * from found
qualify row_number() over (partition by planted_by order by md5(subject_id)) <= 40
order by planted_by, subject_id
