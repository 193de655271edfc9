-- grain: one row for each failed payment that a finding names; tries counts the earlier failures of its invoice
with named as (select distinct subject_id as payment_id from findings),
failed as (
    select
        payment_id,
        failure_code,
        attempted_at,
        if(
            invoice_id is null, 0,
            row_number() over (partition by account_id, invoice_id order by attempted_at, payment_id) - 1
        ) as tries
    from payments
    where status = 'failed' and refund_of is null
)

select payment_id, failure_code, attempted_at, tries
from failed
semi join named using (payment_id)
