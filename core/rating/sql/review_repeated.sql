-- grain: one row for each record that billing charged more than once.
with hashes as (select hash(record_id) as record_hash from review_billed where record_id is not null),
crowded as (select record_hash from hashes group by record_hash having count(*) > 1)
select record_id
from review_billed
where hash(record_id) in (select record_hash from crowded)
group by record_id
having count(*) > 1
