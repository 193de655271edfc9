-- One row for each finding of the control that has just run: its answer with everything filled in that it left open.
with home as (select currency from dataset),
holders as (select account_id, any_value(currency) as currency from accounts group by account_id),
answers as (
    from answer_form
    union all by name
    from answer
),
filled as (
    select
        answers.* exclude (stream, currency),
        coalesce(answers.stream, $stream) as stream,
        coalesce(answers.currency, holders.currency, home.currency) as currency
    from answers
    cross join home
    left join holders using (account_id)
),
named as (
    select
        'F' || left(md5(concat_ws('|', $fault, stream, subject_id, coalesce(cycle, ''))), 16) as finding_id,
        account_id,
        subscription_id,
        stream,
        subject_id,
        occurred_at,
        coalesce(amount, 0) as amount,
        cycle,
        currency,
        coalesce(confidence, 1) as confidence,
        coalesce(root_cause, $root_cause) as root_cause,
        regexp_replace(
            json_object(
                'actual', actual, 'expected', expected, 'rows', coalesce(rows, '[]'::json), 'scope', scope
            )::varchar,
            '"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(\.\d+)?)\+00"', '"\1T\2Z"', 'g'
        ) as evidence,
        caused_by_fault,
        caused_by_subject
    from filled
)
select
    finding_id,
    $control_id as control_id,
    $fault as fault,
    $dimension as dimension,
    account_id,
    subscription_id,
    stream,
    subject_id,
    occurred_at,
    $as_of::timestamptz as detected_at,
    amount,
    cycle,
    currency,
    confidence,
    root_cause,
    evidence,
    null::varchar as caused_by,
    null::varchar as case_id,
    caused_by_fault,
    caused_by_subject
from named
qualify row_number() over (
    partition by finding_id order by confidence desc, abs(amount) desc, account_id, occurred_at, evidence, caused_by_fault, caused_by_subject
) = 1
