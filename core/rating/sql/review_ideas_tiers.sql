-- grain: one row for each session of an idea: what was charged before it, as pricing has it.
select session_no, coalesce(given_tier, 0)::bigint as tier_before from rating_priced_sessions
