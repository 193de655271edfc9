-- grain: one row for each usage line in scope that should exist: what it costs.
select coalesce(record_id, event_id) as line_key, record_id, event_id, account_id, cycle, service, period_start, amount
from expected_charges
where kind = 'usage'
