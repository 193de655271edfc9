-- grain: the tax line of one changed bill
insert into charges by name
select
    'C' || invoice_id || '-tax' as charge_id, account_id, invoice_id, 'tax' as kind, 0 as quantity,
    0 as free_quantity, tax as amount, currency, cycle_start as period_start, cycle_end as period_end,
    billed_at as rated_at, false as estimated, 'system' as created_by, billed_at as updated_at
from changed_bills join invoices using (invoice_id)
where tax <> 0
