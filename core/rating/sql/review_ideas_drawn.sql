-- grain: one row for each session of an idea of which a part is free: how much, as the idea says.
select session_no, 0::bigint as source_no, least(given_free, rounded)::bigint as drawn, null::bigint as left_before
from rating_priced_sessions
where given_free > 0
