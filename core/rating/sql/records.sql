-- grain: one row for each record that mediation forwarded by now.
with scope as (select * from rating_scope)
select mediation_records.*
from mediation_records, scope
where status = 'forwarded' and mediated_at <= as_of
