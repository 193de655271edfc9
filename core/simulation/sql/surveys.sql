-- grain: one answer to a survey after a contact
with drawn as (select * from drawn_answers),
contacts as (select row_number() over (order by contact_id) as place, * from contacts),
answers as (
    select
        contacts.*, nps, closed_at + to_seconds(delay) as answered_at,
        mood * if(resolved, 1.0, 0.55) as content
    from drawn join contacts using (place)
)
select
    'Q' || right(contact_id, 11) as survey_id, account_id, contact_id,
    if(nps, 'nps', 'csat') as kind,
    if(nps, floor(content * 11)::bigint, 1 + floor(content * 5)::bigint) as score,
    answered_at, null::varchar as comment
from answers
where answered_at <= $as_of
