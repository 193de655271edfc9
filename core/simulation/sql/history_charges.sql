-- grain: one version of one line: rated, then put on an invoice; a tax line follows its draft
with lines as (select * from charges),
versions as (select * from bill_versions where not final and tax <> 0)
select * from lines
union all by name
select * replace (null as invoice_id, rated_at as updated_at)
from lines
where kind <> 'tax' and invoice_id is not null and updated_at > rated_at
union all by name
select lines.* replace (versions.tax as amount, billed_at as rated_at, billed_at as updated_at)
from lines join versions using (invoice_id)
where kind = 'tax' and billed_at < lines.updated_at
