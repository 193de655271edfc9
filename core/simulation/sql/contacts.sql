-- grain: one contact with customer care
with drawn as (select * from drawn_contacts),
accounts as (select place as account_place, account_id from reachable),
named as (
    select
        *,
        'K' || right(account_id, 7) || '-'
            || lpad(row_number() over (partition by account_id order by place)::varchar, 3, '0') as contact_id
    from drawn join accounts using (account_place)
    where opened_at + to_seconds(handle_seconds) <= $as_of
),
chained as (
    select
        *,
        lag(contact_id) over former as former_id,
        lag(topic) over former = topic
            and not lag(resolved) over former
            and opened_at < lag(opened_at) over former + to_days(14) as same_matter
    from named
    window former as (partition by account_id order by place)
)
select
    contact_id, account_id, channel::varchar as channel, topic::varchar as topic, opened_at,
    opened_at + to_seconds(handle_seconds) as closed_at, handle_seconds,
    'agent-' || lpad(agent::varchar, 2, '0') as agent_id, resolved,
    case when same_matter then former_id end as follow_up_of,
    note::varchar as note, opened_at + to_seconds(handle_seconds) as updated_at
from chained
