-- grain: one row for each finding about lost, doubled or misguided usage: the account's bill put right minus the bill as it is.
-- What other lines of the account and cycle cost more or less for it goes to the finding before them, of their service first.
with subjects as (select * from review_subjects),
due as (select * from review_due),
put_right as (select * from review_put_right),
differences as (select * from usage_differences),
accused as (select distinct charge_id from line_faults),
billed as (
    select record_id, account_id, charge_id, amount
    from review_billed
    where record_id in (select record_id from subjects)
),
corrections as (
    select corrects as charge_id, sum(amount) as corrected from charges
    where corrects in (select charge_id from billed)
    group by corrects
),
standing as (
    select record_id, account_id, sum(amount + coalesce(corrected, 0)) as amount
    from billed
    left join corrections using (charge_id)
    group by record_id, account_id
),
unsettled as (
    select distinct account_id, cycle
    from differences
    where state <> 'different' or billed_account_id <> expected_account_id
        or billed_subscription_id is distinct from expected_subscription_id
),
followers as (
    select record_id, difference
    from differences
    where state = 'different' and billed_account_id = expected_account_id and charge_id not in (select charge_id from accused)
        and charge_id not in (select charge_id from review_followers) and (account_id, cycle) in (select (account_id, cycle) from unsettled)
),
shifts as (
    select
        put_right.account_id, put_right.cycle, put_right.service, put_right.period_start, put_right.line_key,
        put_right.amount - due.amount + coalesce(difference, 0) as shift
    from put_right
    join due using (line_key)
    left join followers on followers.record_id = put_right.record_id
    where put_right.line_key not in (
        select coalesce(record_id, event_id) from subjects
    ) and put_right.amount - due.amount + coalesce(difference, 0) <> 0
),
own as (
    select
        subjects.*, put_right.service, put_right.period_start,
        coalesce(
            case
                when fault = 'duplicate_event' then -standing.amount
                when fault = 'guided_to_wrong_account'
                    then if(put_right.account_id = subjects.account_id, put_right.amount, 0) - standing.amount
                else put_right.amount - coalesce(standing.amount, 0)
            end, 0
        ) as amount
    from subjects
    left join put_right on put_right.line_key = coalesce(subjects.record_id, subjects.event_id)
    left join standing on standing.record_id = subjects.record_id and standing.account_id = subjects.account_id
),
handed as (
    select shifts.line_key, shift,
        arg_min(finding_id, (
            coalesce((own.service <> shifts.service)::int, 0),
            (coalesce(own.period_start, own.occurred_at) > shifts.period_start)::int,
            abs(epoch_us(shifts.period_start) - epoch_us(coalesce(own.period_start, own.occurred_at))),
            finding_id
        )) as finding_id
    from shifts
    join own on own.account_id = shifts.account_id and own.cycle = shifts.cycle
    group by shifts.line_key, shift
),
carried as (select finding_id, sum(shift) as shift from handed group by finding_id)
select finding_id, (amount + coalesce(shift, 0))::decimal(18, 6) as amount
from own
left join carried using (finding_id)
