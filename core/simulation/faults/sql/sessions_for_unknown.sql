-- grain: one session that no price would match if its number, or else its network, were unknown
with networks as (select plmn, partner_id from networks),
events as (select event_id, other_party, serving_plmn, cell from usage_events)
select sessions.* exclude (file_id), other_party, serving_plmn, cell, partner_id is null as at_home
from mediated_sessions as sessions
join events using (event_id)
join networks on plmn = serving_plmn
where call_ref is null
    and (partner_id is not null or (direction = 'mo' and sessions.service in ('voice', 'sms')))
    and not exists (
        select 1
        from tariffs
        where tariffs.plan_id in ('*', sessions.plan_id) and tariffs.service = sessions.service
            and (tariffs.direction in ('any', sessions.direction))
            and if(partner_id is null, destination_zone, tariffs.roaming_zone) = 'any'
    )
order by event_id
