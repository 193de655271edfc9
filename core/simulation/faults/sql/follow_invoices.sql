-- grain: one changed bill; a draft is as new as its newest line
update invoices
set total = changed_bills.total, updated_at = if(status = 'draft', billed_at, updated_at)
from changed_bills where changed_bills.invoice_id = invoices.invoice_id
