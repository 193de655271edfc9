-- grain: one row for each account and closed cycle that has a line: what its bill should come to, in the dataset's currency.
with asked as (select only_cycle from rating_asked),
bills as (select * from rating_bills where is_due)
select
    account_id,
    strftime(first_date, '%Y-%m-%d') as cycle,
    starts_at as cycle_start,
    ends_at as cycle_end,
    invoice_id,
    (net_cents::bigint * 0.01::decimal(3, 2))::decimal(18, 6) as net,
    (tax_cents::bigint * 0.01::decimal(3, 2))::decimal(18, 6) as tax,
    ((net_cents + tax_cents)::bigint * 0.01::decimal(3, 2))::decimal(18, 6) as total
from bills, asked
where only_cycle is null or strftime(first_date, '%Y-%m-%d') = only_cycle
order by account_id, cycle_start
