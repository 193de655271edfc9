-- grain: one row for each finding whose evidence names rows, with the file and row of those that were found
UPDATE findings
SET evidence = json_object(
    'actual', json_extract(evidence, '$.actual'),
    'expected', json_extract(evidence, '$.expected'),
    'rows', completed.rows,
    'scope', json_extract(evidence, '$.scope')
)::VARCHAR
FROM (
    SELECT
        evidence_rows.finding_id,
        list(
            CASE
                WHEN traced.file IS NULL THEN evidence_rows.content
                ELSE json_merge_patch(
                    evidence_rows.content, json_object('file', traced.file, 'row', traced.row)
                )
            END
            ORDER BY evidence_rows.position
        ) AS rows
    FROM evidence_rows
    LEFT JOIN traced USING (stream, key)
    GROUP BY evidence_rows.finding_id
) AS completed
WHERE findings.finding_id = completed.finding_id
