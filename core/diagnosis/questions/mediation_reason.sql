/*+++
id = "mediation_reason"
asks = "Which reason did mediation give?"
faults = ["record_discarded", "record_suspended"]
cost = 1

[answer.no_subscriber]
says = "it knew no subscriber"
weights = { crm_error = 30, provisioning_error = 0.3 }

[answer.own_use]
says = "it took the SIM for one of the operator's own"
weights = { provisioning_error = 20 }

[answer.no_reference]
says = "its own tables or format rules did not cover the record"
weights = { mediation_config = 9 }

[answer.filtered]
says = "one of its filters took the record out"
weights = { mediation_config = 9 }

[answer.overload]
says = "it could not keep up"
weights = { mediation_backlog = 20 }
+++*/
-- grain: one answer for each finding whose record has a reason
with reasons as (
    select finding_id, lower(replace(content->>'$.reason', ' ', '_')) as reason
    from asked_rows
    where stream = 'mediation_records'
)
select
    finding_id,
    case
        when regexp_matches(reason, 'subscri|customer|msisdn|imsi') then 'no_subscriber'
        when regexp_matches(reason, '(^|_)(test|internal|own)') then 'own_use'
        when regexp_matches(reason, 'queue|full|(^|_)old|overload|backlog|timeout|capacity') then 'overload'
        when regexp_matches(reason, 'filter|zero|short') then 'filtered'
        when regexp_matches(reason, 'destination|reference|format|zone|table|config') then 'no_reference'
    end as answer,
    reason as detail
from reasons
where answer is not null
