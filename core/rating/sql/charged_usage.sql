-- grain: one row for each priced session with its final amount (view).
select lines.* replace (coalesce(capped.amount_micro, lines.amount_micro) as amount_micro), lines.amount_micro as uncapped_micro
from rating_usage_lines as lines
left join rating_cap_lines as capped using (session_no)
