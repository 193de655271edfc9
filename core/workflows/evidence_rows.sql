-- grain: one row for each row that a finding's evidence names, in the evidence's order
CREATE OR REPLACE TEMP TABLE evidence_rows AS
WITH listed AS (
    SELECT finding_id, json_extract(evidence, '$.rows[*]') AS rows
    FROM findings
)
SELECT
    finding_id,
    unnest(generate_series(1, len(rows))) AS position,
    unnest(rows) AS content,
    json_extract_string(unnest(rows), '$.stream') AS stream,
    json_extract_string(unnest(rows), '$.key') AS key
FROM listed
