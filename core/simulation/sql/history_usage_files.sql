-- grain: one version of one usage file: announced by a partner, then arrived
with files as (select * from usage_files)
select * from files
union all by name
select * replace (null as received_at, null as checksum, 'announced' as status, created_at as updated_at)
from files
where kind = 'tap' and received_at is not null
