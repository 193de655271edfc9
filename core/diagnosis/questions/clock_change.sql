/*+++
id = "clock_change"
asks = "Did the clocks change within a day of it?"
faults = ["wrong_time_band", "record_late", "file_late", "event_late", "file_missing"]
cost = 1

[answer.changed]
says = "they did"
weights = { timezone_config = 6, clock_drift = 4 }

[answer.unchanged]
says = "they did not"
weights = { clock_drift = 0.5 }
+++*/
-- grain: one answer for each finding
with offsets as (
    select
        finding_id,
        timezone(dataset.timezone, occurred_at + interval 1 day) - timezone(dataset.timezone, occurred_at - interval 1 day) as passed
    from asked
    cross join dataset
)
select finding_id, if(passed = interval 48 hours, 'unchanged', 'changed') as answer, null as detail
from offsets
