/*+++
id = "sim_in_crm"
asks = "Has CRM ever had the SIM or its number?"
faults = ["active_not_in_crm"]
cost = 1

[answer.ended]
says = "a subscription had it and has ended: nobody switched the SIM off"
weights = { provisioning_error = 12 }

[answer.number_only]
says = "CRM has the number with another SIM"
weights = { crm_error = 6, data_entry = 4 }

[answer.never]
says = "CRM has never had either"
weights = { crm_error = 2, internal_misuse = 2, provisioning_error = 2 }
+++*/
-- grain: one answer for each SIM
with sims as (
    select finding_id, subject_id as imsi, content->>'$.msisdn' as msisdn
    from asked
    join asked_rows using (finding_id)
    where asked_rows.stream = 'provisioning'
),
known as (select distinct imsi from subscriptions),
numbers as (select distinct msisdn from subscriptions)
select
    sims.finding_id,
    case when known.imsi is not null then 'ended' when numbers.msisdn is not null then 'number_only' else 'never' end as answer,
    null as detail
from sims
left join known on known.imsi = sims.imsi
left join numbers on numbers.msisdn = sims.msisdn
