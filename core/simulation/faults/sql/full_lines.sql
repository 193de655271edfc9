-- grain: one chosen line, every column
select charges.* from charges where charge_id in (select key from chosen) order by charge_id
