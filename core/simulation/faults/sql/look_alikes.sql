-- grain: one thing that looks like a fault and is none; `fault` is what it could be taken for; at most 40 of a kind
with dataset as (select timezone, as_of, starts_at, mediation_hours from dataset),
refused as (select file_id from usage_files where status = 'rejected'),
texts as (
    select event_id, imsi, other_party, started_at, received_at,
        lag(started_at) over (partition by imsi, other_party order by started_at) as former_at
    from usage_events anti join refused using (file_id) where service = 'sms' and direction = 'mo'
),
stays as (
    select *,
        lag(imsi) over line as former_imsi, lag(msisdn) over line as former_msisdn
    from subscriptions
    window line as (partition by subscription_id order by valid_from)
),
trips as (
    select
        subscription_id, account_id, usage_events.received_at,
        strftime(started_at at time zone (select timezone from dataset), '%Y-%m-%d') as local_date
    from usage_events join networks on plmn = serving_plmn join subscriptions using (imsi)
    where zone <> 'home' and started_at >= valid_from and (valid_to is null or started_at < valid_to)
    qualify row_number() over (partition by subscription_id order by started_at, event_id) = 1
),
calls as (    select event_id, started_at, received_at from usage_events where service = 'voice'
),
found as (
    select 'unanswered_call' as planted_by, 'record_discarded' as fault, 'mediation_records' as stream,
        record_id as subject_id, null as account_id, mediated_at as planted_at
    from mediation_records where reason = 'not_answered'
    union all
    select 'operator_sim', 'active_not_in_crm', 'provisioning', imsi, null, active_from
    from provisioning where sim_use <> 'customer'
    union all
    select 'running_session', 'partial_missing', 'usage_events', call_ref, null, max(received_at)
    from usage_events
    where call_ref is not null
    group by call_ref
    having not bool_or(partial_last) and max(received_at) > (select as_of - to_hours(mediation_hours) from dataset)
    union all
    select 'refused_and_sent_again', 'event_not_mediated', 'usage_events', event_id, null, received_at
    from usage_events semi join refused using (file_id)
    union all
    select 'notice', 'file_late', 'usage_files', file_id, null, received_at
    from usage_files where kind not in ('element', 'tap')
    union all
    select 'trip', 'usage_spike', 'subscriptions', subscription_id || '@' || local_date, account_id, received_at
    from trips
    union all
    select 'suspended_line', 'billed_not_active', 'subscriptions', subscription_id, account_id, valid_from
    from subscriptions where status = 'suspended'
    union all
    select 'twin_message', 'duplicate_event', 'usage_events', event_id, null, received_at
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
    from charges where kind = 'adjustment' and corrects is null and reason = 'goodwill'
    union all
    select 'part_payment', 'payment_mismatch', 'payments', payment_id, payments.account_id, attempted_at
    from payments join invoices using (invoice_id)
    where payments.status = 'succeeded' and amount > 0 and amount < total and refund_of is null
    union all
    select 'joint_payment', 'payment_mismatch', 'payments', payment_id, account_id, attempted_at
    from payments where invoice_id is null
    union all
    select 'retried_payment', 'payment_failed', 'payments', payment_id, account_id, attempted_at
    from payments as failed
    where status = 'failed' and exists (
        select 1 from payments as retried
        where retried.invoice_id = failed.invoice_id and retried.status = 'succeeded'
            and retried.attempted_at > failed.attempted_at
    )
    union all
    select 'expired_card', 'payment_failed', 'payments', payment_id, account_id, attempted_at
    from payments where status = 'failed' and failure_code = 'expired_card'
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
