-- grain: one row for each session that can be priced, with its rounded quantity (view).
select located.* replace (coalesce(split.rounded, located.rounded) as rounded), coalesce(part_count, 1) as part_count
from rating_located as located
left join rating_split_sessions as split using (session_no)
where if(split.session_no is null, located.fault, split.fault) is null and not (is_long and split.session_no is null)
