-- grain: one subscription that has ended and whose number nobody else was given, with its SIM card's period on the network
with last_stays as (
    select * from subscriptions qualify row_number() over (partition by subscription_id order by valid_from desc) = 1
),
given_on as (select msisdn from subscriptions group by msisdn having count(distinct subscription_id) > 1),
settings as (select as_of from dataset)
select subscription_id, account_id, imsi, active_from, valid_to, valid_to + to_hours(24) as known_at
from last_stays
anti join given_on using (msisdn)
join provisioning using (imsi), settings
where valid_to < as_of - to_days(2) and active_to between valid_to and valid_to + to_hours(1)
    and imsi in (select imsi from subscriptions group by imsi having max(coalesce(valid_to, as_of)) < as_of)
order by subscription_id
