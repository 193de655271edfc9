-- grain: one row for each session that can be priced, with what is free and what is charged (view).
with sessions as (select * from rating_priced_sessions),
free_usage as (select * from rating_free_usage)
select sessions.*, coalesce(free, 0) as free, rounded - coalesce(free, 0) as charged
from sessions
left join free_usage using (session_no)
