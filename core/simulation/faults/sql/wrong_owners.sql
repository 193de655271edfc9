-- grain: one chosen event with another subscription that was there then; of the same account where there is one and it is asked for
with stays as (
    select subscriptions.*
    from subscriptions join accounts using (account_id)
    where subscriptions.status = 'active' and segment <> 'iot'
),
cycles as (select account_id, cycle, cycle_start, cycle_end from cycle_places where cycle_no > 0)
select
    chosen.key as event_id, stays.account_id, stays.subscription_id, stays.imsi, cycle,
    stays.account_id = chosen.account_id as same_account
from chosen
join stays on valid_from <= started_at and (valid_to is null or started_at < valid_to)
    and stays.subscription_id <> chosen.subscription_id
join cycles on cycles.account_id = stays.account_id and cycle_start <= started_at and started_at < cycle_end
qualify row_number() over (
    partition by chosen.key
    order by (stays.account_id = chosen.account_id) <> within_account, md5(chosen.key || stays.subscription_id)
) = 1
order by event_id
