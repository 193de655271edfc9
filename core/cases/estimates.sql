-- grain: one row for each usage file that is overdue or missing, as findings name it: what its usage is expected to cost customers.
select coalesce(file_id, source || '#' || sequence) as subject_id, sum(amount)::decimal(18, 6) as amount
from usage_estimates
group by all
