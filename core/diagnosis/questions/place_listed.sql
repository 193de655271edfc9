/*+++
id = "place_listed"
asks = "Do the lists of destinations and networks have the place?"
faults = ["not_priced"]
cost = 3

[answer.unlisted]
says = "the place is on neither list: they are older than the place"
weights = { rating_table_stale = 9 }

[answer.listed]
says = "the place is listed, only its price lacks"
weights = { rating_config = 9 }
+++*/
-- grain: one answer for each record without a price
with records as (
    select record_id, event_id, destination_zone, roaming_zone
    from mediation_records
    where record_id in (select subject_id from asked)
),
their_events as (select key as event_id from asked_rows where stream = 'usage_events'),
contexts as (
    select event_id, destination_zone as listed_destination, roaming_zone as listed_roaming
    from event_context_of('their_events')
)
select
    asked.finding_id,
    if(
        'unknown' in (
            coalesce(listed_destination, ''), coalesce(listed_roaming, ''), coalesce(records.destination_zone, ''),
            coalesce(records.roaming_zone, '')
        ),
        'unlisted', 'listed'
    ) as answer,
    coalesce(nullif(records.roaming_zone, 'home'), records.destination_zone, 'home') as detail
from asked
join records on records.record_id = asked.subject_id
left join contexts using (event_id)
