-- grain: one row for each usage line: the steps that led to its amount, as JSON; none unless asked for.
select null::bigint as session_no, null::varchar as explanation where $explain
