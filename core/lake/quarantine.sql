-- grain: one row for each rejected row, or whole file (row 0), of the newest arrival of its path
CREATE TEMP VIEW quarantine AS
WITH newest AS (
    SELECT path, max(arrival) AS arrival
    FROM arrivals
    GROUP BY path
)
SELECT
    rejected.stream,
    rejected.file,
    rejected.row,
    rejected.column,
    rejected.value,
    rejected.reason,
    rejected.remedy,
    rejected.quarantined_at,
    rejected.file_id
FROM rejected_rows AS rejected
SEMI JOIN newest USING (arrival)
