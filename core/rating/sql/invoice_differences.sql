-- grain: one row for each invoice whose total or tax is not that of its own lines or not what is due, and for each bill that lines
-- wait for in vain.
-- Until the usage of its cycle is due, a draft whose total and tax agree with each other may be waiting for lines.
with scope as (select as_of, starts_at, tax_rate, tz from rating_scope),
settings as (select element_delivery_hours, mediation_hours from dataset),
roaming as (select coalesce(max(delivery_hours), 0) as delivery_hours from partners),
members as (select account_id, bill_cycle_day from rating_members),
calendar as (select * from rating_cycles),
bills as (select * from invoices),
billed as (select * from bill_charges),
usage as (select invoice_id, sum(amount) as amount from bill_usage group by invoice_id),
loose as (select * from bill_waiting),
advance as (select plan_id from plans where fee_timing = 'advance'),
expected as (select * from expected_invoices),

-- a dataset whose lines never name their invoice says nothing of what is on one
linked as (select count(*) > 0 as is_told from (select 1 from charges where invoice_id is not null limit 1)),
live as (select bills.* from bills join members using (account_id) where status <> 'void'),

-- each invoice beside the lines that are on it
sums as (
    select
        live.invoice_id,
        round(coalesce(any_value(usage.amount), 0), 2) + coalesce(sum(billed.amount) filter (kind <> 'tax'), 0) as net,
        coalesce(sum(billed.amount) filter (kind = 'tax'), 0) as tax,
        max_by(charge_id, {'rated_at': rated_at, 'charge_id': charge_id}) filter (kind = 'tax') as tax_charge_id
    from live
    left join usage using (invoice_id)
    left join billed using (invoice_id)
    group by live.invoice_id
),
corrected as (
    select sums.invoice_id, sum(billed.amount) as corrections
    from billed
    join sums on billed.kind = 'adjustment' and billed.corrects = sums.tax_charge_id
    group by sums.invoice_id
),
known as (
    select
        live.account_id, live.invoice_id, strftime(timezone(tz, cycle_start), '%Y-%m-%d') as cycle,
        coalesce(issued_at, issue_at) as occurred_at, issued_at is not null as is_issued, live.total,
        round(net, 2) as lines_net,
        tax as lines_tax,
        round(net::decimal(24, 6) * tax_rate::decimal(8, 6), 2) as due_tax,
        tax_charge_id,
        coalesce(corrections, 0) as tax_corrections
    from live
    cross join scope
    cross join settings
    cross join roaming
    join sums using (invoice_id)
    left join corrected using (invoice_id)
    cross join linked
    where is_told
        and cycle_start >= starts_at
        and case
            when issued_at is not null then true
            when as_of > cycle_end + to_hours(mediation_hours + greatest(element_delivery_hours, delivery_hours)) then true
            when tax = round((live.total - tax)::decimal(24, 6) * tax_rate::decimal(8, 6), 2) then live.total - tax <= round(net, 2)
            else tax_charge_id is not null
        end
),
different as (
    select 'different' as state, known.*, expected.net as expected_net, expected.tax as expected_tax, expected.total as expected_total
    from known
    left join expected using (account_id, cycle)
    where known.total not in (lines_net + lines_tax, lines_net + due_tax) or known.total <> expected.total
        or (lines_tax <> due_tax and (tax_charge_id is not null or is_issued))
),

-- cycles over without an invoice, and the lines that would be on it
unbilled as (
    select account_id, cycle_no, first_date, starts_at, ends_at, bill_cycle_day
    from members
    join calendar using (bill_cycle_day)
    anti join live on live.account_id = members.account_id and live.cycle_start = calendar.starts_at
    where is_judged and is_closed
),
waiting as (
    select
        loose.account_id, loose.kind, loose.amount, loose.rated_at, own.bill_cycle_day,
        own.cycle_no - (loose.kind = 'recurring' and product_id is null and plan_id in (from advance))::int as cycle_no
    from loose
    join members using (account_id)
    join calendar as own
        on own.bill_cycle_day = members.bill_cycle_day and period_start >= own.starts_at and period_start < own.ends_at
    where account_id in (select account_id from unbilled)
),
placed as (
    select unbilled.*, waiting.kind, waiting.amount, waiting.rated_at
    from waiting
    join unbilled on unbilled.account_id = waiting.account_id and unbilled.cycle_no >= waiting.cycle_no
    cross join linked
    where is_told and not exists (
        from calendar as other
        left join live on live.account_id = waiting.account_id and live.cycle_start = other.starts_at
        where other.bill_cycle_day = waiting.bill_cycle_day and other.cycle_no >= waiting.cycle_no
            and other.cycle_no < unbilled.cycle_no and (live.invoice_id is null or live.issue_at >= waiting.rated_at)
    )
),
lacking as (
    select
        account_id, strftime(first_date, '%Y-%m-%d') as cycle,
        greatest(min(ends_at), min(rated_at) filter (amount <> 0)) as occurred_at,
        round(round(coalesce(sum(amount) filter (kind = 'usage'), 0), 2) + coalesce(sum(amount) filter (kind <> 'usage'), 0), 2) as lines_net
    from placed
    group by account_id, first_date
    having count(*) filter (amount <> 0) > 0
),
never_billed as (
    select unbilled.account_id, expected.cycle, unbilled.ends_at + interval 3 hours as occurred_at, 0 as lines_net
    from expected
    join unbilled on unbilled.account_id = expected.account_id and unbilled.first_date = expected.cycle::date
    anti join placed on placed.account_id = expected.account_id and placed.first_date = expected.cycle::date
    where expected.total <> 0
),
missing as (
    select 'missing' as state, found.*, expected.net as expected_net, expected.tax as expected_tax, expected.total as expected_total
    from (from lacking union all by name from never_billed) as found
    left join expected using (account_id, cycle)
)
from different
union all by name
from missing
