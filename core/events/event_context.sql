-- grain: one row for each usage event whose event_id a relation holds; who it belongs to and where it was, as of its
-- start (rating rules 1, 2, 4)
CREATE TEMP MACRO event_context_of(events) AS TABLE
WITH edges AS (
    SELECT imsi, valid_from AS starts FROM subscriptions
    UNION
    SELECT imsi, valid_to FROM subscriptions WHERE valid_to IS NOT NULL
),
segments AS (
    SELECT imsi, starts, lead(starts) OVER (PARTITION BY imsi ORDER BY starts) AS ends
    FROM edges
),
owners AS (
    -- of two rows that hold one moment the latest valid_from counts
    SELECT
        segments.imsi,
        segments.starts,
        segments.ends,
        arg_max(
            row(held.subscription_id, held.account_id, held.plan_id),
            row(held.valid_from, held.subscription_id)
        ) AS owner
    FROM segments
    JOIN subscriptions AS held
        ON held.imsi = segments.imsi
        AND held.valid_from <= segments.starts
        AND (held.valid_to IS NULL OR held.valid_to > segments.starts)
    GROUP BY ALL
),
prefixes AS (
    SELECT list({'prefix': prefix, 'zone': zone} ORDER BY length(prefix) DESC) AS longest_first FROM destinations
),
located AS (
    SELECT
        event.event_id,
        owners.owner[1] AS subscription_id,
        owners.owner[2] AS account_id,
        owners.owner[3] AS plan_id,
        timezone(dataset.timezone, event.started_at)::DATE AS local_date,
        CASE
            WHEN list_contains(dataset.home_plmns, event.serving_plmn) THEN 'home'
            ELSE coalesce(networks.zone, 'unknown')
        END AS roaming_zone,
        CASE
            WHEN event.direction = 'mt' OR event.service IN ('data', 'iot') THEN 'any'
            ELSE coalesce(
                list_filter(prefixes.longest_first, lambda known: starts_with(event.other_party, known.prefix))[1].zone,
                'unknown'
            )
        END AS destination_zone,
        networks.partner_id
    FROM (FROM usage_events SEMI JOIN query_table(events) USING (event_id)) AS event
    CROSS JOIN dataset
    CROSS JOIN prefixes
    LEFT JOIN networks ON networks.plmn = event.serving_plmn
    LEFT JOIN owners
        ON owners.imsi = event.imsi
        AND event.started_at >= owners.starts
        AND (owners.ends IS NULL OR event.started_at < owners.ends)
)
SELECT
    located.event_id,
    located.subscription_id,
    located.account_id,
    located.plan_id,
    strftime(
        make_date(year(located.local_date), month(located.local_date), accounts.bill_cycle_day::INTEGER)
        - to_months((day(located.local_date) < accounts.bill_cycle_day)::INTEGER),
        '%Y-%m-%d'
    ) AS cycle,
    located.roaming_zone,
    located.destination_zone,
    located.partner_id
FROM located
LEFT JOIN accounts USING (account_id)
