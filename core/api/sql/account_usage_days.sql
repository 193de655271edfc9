-- grain: one row for each local day, service and zone with usage of the account
select day, service, zone, count(*) as sessions, sum(quantity)::bigint as quantity
from account_usage
group by day, service, zone
order by day, service, zone
