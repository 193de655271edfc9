-- grain: one row for each tariff that the account's charges name
with named as (select distinct tariff_id from charges where account_id = $account)
select tariffs.* from tariffs semi join named using (tariff_id)
