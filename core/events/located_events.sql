-- grain: one row for each decoded roaming event, with its SIM's number and its partner's network filled in
CREATE OR REPLACE TEMP TABLE located_events AS
WITH partner_networks AS (
    SELECT partner_id, min(plmn) AS plmn
    FROM known_networks
    GROUP BY partner_id
    HAVING count(DISTINCT zone) = 1
)
SELECT
    event.* REPLACE (
        coalesce(
            event.msisdn,
            (
                SELECT arg_max(sim.msisdn, sim.valid_from)
                FROM known_subscriptions AS sim
                WHERE sim.imsi = event.imsi AND sim.valid_from <= event.started_at
            ),
            'unknown'
        ) AS msisdn,
        coalesce(event.serving_plmn, partner_networks.plmn, 'unknown') AS serving_plmn
    ),
    event.file_position AS _row
FROM decoded_events AS event
LEFT JOIN partner_networks ON partner_networks.partner_id = replace(event.source, 'tap:', '')
