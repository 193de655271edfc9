-- grain: one row for each session that allowances cover in part or in whole: how much of it is free.
select session_no, sum(drawn)::bigint as free from rating_draws group by session_no
