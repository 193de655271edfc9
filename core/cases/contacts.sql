-- grain: one contact about money of the last two months, of an account that a finding names or of a matter that is
-- not settled; a matter is a contact with what followed it up, settled when the customer left content in the end
with recursive settings as (select as_of from dataset),
named as (select distinct account_id from findings where account_id is not null),
follows as (
    select later.contact_id, later.follow_up_of, later.resolved
    from contacts as later
    join contacts as earlier
        on earlier.contact_id = later.follow_up_of
        and earlier.account_id = later.account_id
        and earlier.opened_at < later.opened_at
),
chained as (
    select contact_id, follow_up_of as matter_id
    from follows
    where follow_up_of not in (select contact_id from follows)
    union all
    select follows.contact_id, chained.matter_id
    from follows
    join chained on chained.contact_id = follows.follow_up_of
),
settled as (
    select follow_up_of as contact_id from follows where resolved
    union
    select follows.follow_up_of
    from follows
    join settled using (contact_id)
),
known as (
    select
        talked.account_id,
        coalesce(chained.matter_id, talked.contact_id) as matter_id,
        talked.contact_id,
        talked.channel,
        talked.topic,
        talked.opened_at,
        talked.resolved or settled.contact_id is not null as is_settled,
        talked.note
    from contacts as talked
    cross join settings
    left join chained using (contact_id)
    left join settled using (contact_id)
    where talked.topic in ('billing', 'roaming', 'payment') and talked.opened_at > settings.as_of - interval 60 days
)

select *
from known
where
    account_id in (select account_id from named)
    or matter_id in (select matter_id from known where not is_settled)
order by account_id, opened_at, contact_id
