-- grain: one chosen record with its line
select record_id, charge_id from charges where kind = 'usage' and record_id in (select key from chosen)
