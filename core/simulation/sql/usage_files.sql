-- grain: one usage file whose period is over, announced or arrived by as_of
with drawn as (select * from drawn_files),
counts as (select * from drawn_counts),
totals as (select file_id, sum(total_charge) as total_charge from file_totals group by file_id),
listed as (select * from partners)
select
    source || '-' || lpad(slot::varchar, 5, '0') || if(refused, '-refused', '') as file_id,
    source::varchar as source,
    partner_id,
    sequence,
    period_start,
    period_end,
    created_at,
    case when drawn.received_at <= $as_of then drawn.received_at end as received_at,
    coalesce(counts.events, 0) as record_count,
    if(partner_id is null, 'element', 'tap') as kind,
    case when drawn.received_at <= $as_of then left(md5(source || slot || $seed), 16) end as checksum,
    case when partner_id is not null then coalesce(totals.total_charge, 0) end as total_charge,
    currency,
    case when drawn.received_at > $as_of then 'announced' when refused then 'rejected' else 'accepted' end as status,
    if(drawn.received_at <= $as_of, drawn.received_at, created_at) as updated_at
from drawn
left join counts using (source_no, slot)
left join totals on totals.file_id = source || '-' || lpad(slot::varchar, 5, '0')
left join listed on source = 'tap:' || partner_id
where if(partner_id is null, drawn.received_at, created_at) <= $as_of
order by source, sequence
