-- grain: one row for each session of the slice's accounts, the first wrong ones drawing from allowances what billing let them draw.
with members as (select account_no from rating_members),
first_wrong as (select record_id, if(billed_free > 0, billed_free, 0) as drawn from review_first_wrong)
select usage.* replace (coalesce(drawn, quantity) as quantity)
from rating_all_usage as usage
join members using (account_no)
left join first_wrong using (record_id)
where drawn is null or drawn > 0
