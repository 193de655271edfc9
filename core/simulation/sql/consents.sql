-- grain: one consent to spend past the roaming cap
with lines as (select * from drawn_lines),
given as (select * from drawn_consents)
select
    'S' || lpad(account_no::varchar, 7, '0') || '-' || lpad(within::varchar, 3, '0') as subscription_id,
    'roaming_cap' as kind,
    given_at,
    withdrawn_at
from given join lines using (line_no)
order by subscription_id, given_at
