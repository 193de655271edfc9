-- grain: one chosen payment that failed
update payments set status = 'failed', failure_code = chosen.failure_code from chosen where payment_id = key
