-- grain: one row for each account, and for each subscription under its number negated: the slice that prices it.
-- Accounts that ever held the same subscription share its tiers and caps, so they go together.
with recursive links as (
    select distinct account_no, sub_no from rating_periods where account_no is not null
),
passed_on as (select sub_no from links group by sub_no having count(*) > 1),
edges as (
    select account_no as from_no, -sub_no as to_no from links join passed_on using (sub_no)
    union all
    select -sub_no, account_no from links join passed_on using (sub_no)
),
reached (node_no, anchor_no) using key (node_no) as (
    select from_no, min(if(from_no > 0, from_no, to_no)) from edges group by from_no
    union
    select edges.to_no, min(reached.anchor_no)
    from reached
    join edges on edges.from_no = reached.node_no
    join recurring.reached as held on held.node_no = edges.to_no
    where reached.anchor_no < held.anchor_no
    group by edges.to_no
),
anchored as (
    select account_no as node_no, coalesce(anchor_no, account_no) as anchor_no
    from rating_accounts
    left join reached on reached.node_no = account_no
),
homes as (select -sub_no as node_no, min(account_no) as account_no from links group by sub_no)
select node_no, (hash(anchor_no) % $slices)::integer as slice_no from anchored
union all
select homes.node_no, (hash(anchor_no) % $slices)::integer
from homes
join anchored on anchored.node_no = account_no
