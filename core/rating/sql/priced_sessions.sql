-- grain: one row for each session that can be priced, with its rounded quantity (view).
select * exclude (fault) from rating_located where fault is null
