-- One row for each finding whose amount is known only together with others: it takes that amount.
update judged
set amount = put_right.amount
from put_right
where put_right.finding_id = judged.finding_id
