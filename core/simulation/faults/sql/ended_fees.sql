-- grain: one cycle with a bill after a subscription or one of its products ended, and the last fee that was due
with fees as (from fee_places),
stays as (select subscription_id, max(coalesce(valid_to, '9999-01-01'::timestamptz)) as ended_at from subscriptions group by all),
grants as (
    select subscription_id, product_id, max(coalesce(valid_to, '9999-01-01'::timestamptz)) as returned_at
    from product_grants group by all
),
last_fees as (
    select *
    from fees
    qualify row_number() over (partition by subscription_id, product_id order by period_end desc, charge_id) = 1
),
ended as (
    select last_fees.*, least(ended_at, coalesce(returned_at, ended_at)) as over_at
    from last_fees join stays using (subscription_id) left join grants using (subscription_id, product_id)
),
bills as (
    select account_id, cycle, cycle_start, cycle_end, issue_at, invoice_id, plain
    from cycle_places join (select invoice_id from invoices) using (invoice_id)
)
select
    ended.* exclude (cycle, cycle_start, cycle_end, issue_at, bill),
    bills.cycle, bills.cycle_start, bills.cycle_end, bills.issue_at, bills.invoice_id as bill
from ended join bills using (account_id)
where bills.plain and over_at <= bills.cycle_start and fee > 0
order by charge_id, bill
