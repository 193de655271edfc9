-- grain: one cycle of one account with usage in the chosen files
with events as (select imsi, started_at from usage_events where file_id in (select key from chosen)),
subscriptions as (select account_id, imsi, valid_from, valid_to from subscriptions),
cycles as (select account_id, cycle, cycle_start, cycle_end from cycle_places)
select distinct account_id, cycle
from events
join subscriptions using (imsi)
join cycles using (account_id)
where started_at >= valid_from and (valid_to is null or started_at < valid_to)
    and started_at >= cycle_start and started_at < cycle_end
order by all
