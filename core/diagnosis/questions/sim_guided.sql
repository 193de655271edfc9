/*+++
id = "sim_guided"
asks = "Does CRM or the network tie the SIM to whoever was charged?"
faults = ["guided_to_wrong_account"]
cost = 2

[answer.crm]
says = "CRM had the SIM at the subscription charged at another time"
weights = { crm_error = 9 }

[answer.network]
says = "the network holds the SIM under the number of the subscription charged"
weights = { provisioning_error = 12 }

[answer.neither]
says = "neither does: mediation alone took it for theirs"
weights = { mediation_config = 3 }
+++*/
-- grain: one answer for each record
with guided as (
    select finding_id, subscription_id, content->>'$.sim' as imsi
    from asked
    join asked_rows using (finding_id)
    where asked_rows.stream = 'usage_events'
),
held as (select distinct subscription_id, imsi from subscriptions),
numbers as (select distinct subscription_id, msisdn from subscriptions),
granted as (
    select distinct numbers.subscription_id, provisioning.imsi
    from provisioning
    join numbers using (msisdn)
    where provisioning.imsi in (select imsi from guided)
)
select
    guided.finding_id,
    case when held.imsi is not null then 'crm' when granted.imsi is not null then 'network' else 'neither' end as answer,
    null as detail
from guided
left join held using (subscription_id, imsi)
left join granted on granted.subscription_id = guided.subscription_id and granted.imsi = guided.imsi
