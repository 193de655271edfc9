-- grain: one contact about money of an account that a finding names, of the last two months; settled when the
-- customer left content, or a contact that followed it up did it
with named as (select distinct account_id from findings where account_id is not null),
settings as (select as_of from dataset),
talked as (select * from contacts where topic in ('billing', 'roaming', 'payment')),
followed as (
    select follow_up_of as contact_id, bool_or(resolved) as is_settled
    from talked
    where follow_up_of is not null
    group by follow_up_of
)

select
    talked.account_id, talked.contact_id, talked.channel, talked.topic, talked.opened_at,
    talked.resolved or coalesce(followed.is_settled, false) as is_settled, talked.note
from talked
semi join named using (account_id)
cross join settings
left join followed using (contact_id)
where talked.opened_at > settings.as_of - interval 60 days
order by talked.account_id, talked.opened_at, talked.contact_id
