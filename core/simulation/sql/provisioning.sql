-- grain: one period of one SIM card on the network; a few minutes behind CRM
with lines as (select * from drawn_lines),
stays as (select * from drawn_stays),
timed as (
    select *, to_minutes(4 + (imsi_no % 25)) as lag, coalesce(valid_to, closed) as until
    from lines join stays using (line_no)
)
select
    '26299' || lpad(imsi_no::varchar, 10, '0') as imsi,
    '491500' || lpad(msisdn_no::varchar, 7, '0') as msisdn,
    case when account_no > 0 then plan::varchar end as plan_id,
    case
        when kind = 2 then 'iot'
        when account_no < 0 then 'voice,sms,data'
        when status = 'suspended' then 'voice,sms'
        else 'voice,sms,data,roaming'
    end as services,
    case when account_no > 0 then 'customer' when within % 2 = 0 and line_no % 2 = 0 then 'test' else 'internal' end as sim_use,
    valid_from + case when account_no > 0 then lag else to_minutes(0) end as active_from,
    until + lag as active_to
from timed
order by imsi, active_from
