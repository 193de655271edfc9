/*+++
id = "whose_number"
asks = "Which side's number does the use of the SIM show?"
faults = ["identity_mismatch"]
cost = 3

[answer.crm]
says = "the use shows CRM's number: the network holds a wrong one"
weights = { provisioning_error = 9 }

[answer.network]
says = "the use shows the network's number: CRM holds a wrong one"
weights = { data_entry = 7, crm_error = 2 }

[answer.same_pair]
says = "CRM itself has two periods with the SIM at one moment"
weights = { crm_error = 20 }

[answer.former]
says = "the network still holds a number that CRM had before"
weights = { provisioning_error = 9, plan_change_not_propagated = 2 }
+++*/
-- grain: one answer for each mismatch on which usage, CRM's history or CRM itself sheds light
with pairs as (
    select
        finding_id, subscription_id, occurred_at,
        evidence->>'$.expected.imsi' as imsi,
        evidence->>'$.expected.msisdn' as crm_number,
        evidence->>'$.actual.msisdn' as network_number,
        exists (
            select 1 from asked_rows where asked_rows.finding_id = asked.finding_id and asked_rows.stream = 'provisioning'
        ) as is_network
    from asked
),
shown as (
    select imsi, msisdn, count(*) as uses from usage_events where imsi in (select imsi from pairs) group by imsi, msisdn
),
former as (
    select distinct pairs.finding_id
    from pairs
    join subscriptions
        on subscriptions.subscription_id = pairs.subscription_id
        and subscriptions.msisdn = pairs.network_number
        and subscriptions.valid_to is not null
    where pairs.network_number <> pairs.crm_number
),
used as (
    select
        pairs.finding_id,
        coalesce(sum(uses) filter (shown.msisdn = crm_number), 0) as as_crm,
        coalesce(sum(uses) filter (shown.msisdn = network_number), 0) as as_network
    from pairs
    left join shown using (imsi)
    group by pairs.finding_id
)
select
    pairs.finding_id,
    case
        when not is_network then 'same_pair'
        when former.finding_id is not null then 'former'
        when as_crm > as_network then 'crm'
        when as_network > as_crm then 'network'
    end as answer,
    as_crm || ' uses with the one, ' || as_network || ' with the other' as detail
from pairs
join used using (finding_id)
left join former using (finding_id)
where answer is not null
