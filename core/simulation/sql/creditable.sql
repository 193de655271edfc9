-- grain: one closed cycle of one account whose bill can bear a small credit
with charges as (select account_id, invoice_id, amount from charges where invoice_id is not null),
cycles as (select * from account_cycles where cycle_no > 0),
sums as (select invoice_id from charges group by invoice_id having sum(amount) >= 20)
select row_number() over (order by invoice_id) as place, cycles.*
from sums join cycles using (invoice_id)
