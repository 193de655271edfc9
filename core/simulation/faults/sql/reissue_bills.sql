-- grain: one bill that takes the place of a chosen one
insert into invoices by name
select
    invoices.* replace (
        chosen.reissued as invoice_id, chosen.reissued_at as issued_at,
        if(updated_at > issued_at, greatest(updated_at, chosen.reissued_at), chosen.reissued_at) as updated_at
    )
from invoices join chosen on invoice_id = key
