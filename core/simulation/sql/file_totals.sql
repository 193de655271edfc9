-- grain: one partner file of one slice with what it asks for
with wholesale as (select * from slice_wholesale)
select file_id, sum(wholesale_charge) as total_charge
from wholesale
group by file_id
