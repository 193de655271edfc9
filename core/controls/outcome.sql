-- One row: how many subjects the control that has just run found, and their money in home currency.
with home as (select currency from dataset),
found as (select amount, currency, caused_by from judged)
select
    count(*) as violations,
    coalesce(sum(amount) filter (where caused_by is null and currency = (select currency from home)), 0) as amount
from found
