-- grain: one version of one invoice: drafts, issued, then paid or overdue; it leaves as the last draft has it
with invoices as (select * from invoices),
versions as (select * from bill_versions)
select * from invoices
union all by name
select invoices.* replace ('issued' as status, issued_at as updated_at)
from invoices
where issued_at is not null and updated_at > issued_at
union all by name
select invoices.* replace (
    null as issued_at, if(final, total, net + tax) as total, 'draft' as status, billed_at as updated_at
)
from invoices join versions using (invoice_id)
where billed_at < coalesce(issued_at, invoices.updated_at)
