-- grain: one file of a partner that holds no usage to bill: a test, a return of rejects, a day without usage in near real time
with partners as (select partner_id, currency, delivery_hours from partners),
settings as (select starts_at from dataset),
kinds(kind, days, wait) as (values ('test', 61, 0.4), ('rap', 23, 2.5), ('nrtrde', 5, 0.1)),
turns as (select *, unnest(generate_series(1, 400))::bigint as sequence from kinds, partners),
timed as (
    select *, starts_at + to_hours((24 * days * sequence)::bigint) as period_end from turns, settings
)
select
    'tap:' || partner_id || '-' || kind || '-' || lpad(sequence::varchar, 3, '0') as file_id,
    'tap:' || partner_id as source, partner_id, sequence,
    period_end - to_hours(24) as period_start, period_end,
    period_end + to_minutes(30) as created_at,
    period_end + to_minutes((60 * delivery_hours * wait)::bigint) as received_at,
    0 as record_count, kind, left(md5(partner_id || kind || sequence), 16) as checksum,
    0 as total_charge, currency, 'accepted' as status,
    period_end + to_minutes((60 * delivery_hours * wait)::bigint) as updated_at
from timed
where period_end + to_minutes((60 * delivery_hours * wait)::bigint) <= $as_of
order by source, kind, sequence
