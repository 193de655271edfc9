-- grain: one cycle of one account, and whether its bill is plain: paid at once or not yet, nothing depends on usage
with cycles as (select * from account_cycles),
settings as (select timezone from dataset),
bound as (
    -- bills with a line that follows from usage, or paid otherwise than at once
    select invoice_id from charges where promotion_id in (select promotion_id from promotions where applies_to <> 'recurring')
    union
    select invoice_id from charges where kind = 'one_off' and product_id is null
    union
    select invoice_id from payments where invoice_id is not null group by invoice_id having count(*) > 1
    union
    select invoice_id from invoices where account_id in (select account_id from payments where invoice_id is null)
)
select
    cycles.*,
    strftime(cycle_start at time zone timezone, '%Y-%m-%d') as cycle,
    cycles.invoice_id not in (select invoice_id from bound where invoice_id is not null) as plain
from cycles, settings
