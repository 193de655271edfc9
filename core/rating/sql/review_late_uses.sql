-- grain: one row for each account and tariff row that it was billed by for usage after the row's end: when last.
with ended as (select tariff_id, valid_to from tariffs where valid_to is not null)
select account_id, tariff_id, max(period_start) as last_at
from review_billed
join ended using (tariff_id)
where period_start >= valid_to
group by account_id, tariff_id
