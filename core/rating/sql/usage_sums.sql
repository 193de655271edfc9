-- grain: one row for each subscription, cycle and service: the sum of its usage lines in micro-units.
select account_no, sub_no, cycle_no, service_no, sum(amount_micro)::hugeint as amount_micro
from rating_charged_usage
group by all
