-- grain: one chosen line
delete from charges where charge_id in (select key from chosen)
