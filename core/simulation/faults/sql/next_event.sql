-- grain: the number after the greatest event number
select max(right(event_id, 10)::bigint) + 1 as number from usage_events
