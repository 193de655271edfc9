-- grain: one row for each usage file of a roaming partner that is overdue: announced and not here, or a gap in the sequence.
with settings as (select as_of from dataset),
agreed as (select partner_id, delivery_hours from partners),
partner_files as (
    select coalesce(partner_id, substr(source, 5)) as partner_id, usage_files.*
    from usage_files
    where starts_with(source, 'tap:') and kind in ('tap', 'element')
),
announced as (
    select source, partner_id, sequence, file_id, period_start, period_end, record_count
    from partner_files
    where received_at is null or status = 'announced'
),
followed as (
    select
        *,
        lead(sequence) over files_in_order - sequence - 1 as lacking,
        lead(period_start) over files_in_order - period_end as gap
    from partner_files
    window files_in_order as (partition by source order by sequence)
),
gaps as (
    select
        source, partner_id, sequence + place as sequence, null as file_id,
        period_end + to_microseconds(epoch_us(gap) * (place - 1) // lacking) as period_start,
        period_end + to_microseconds(epoch_us(gap) * place // lacking) as period_end,
        null as record_count
    from (select *, unnest(generate_series(1, lacking)) as place from followed where lacking > 0)
)
select lacking.*
from (from announced union all by name from gaps) as lacking
left join agreed using (partner_id), settings
where period_end > period_start and period_end + to_hours(coalesce(delivery_hours, 0)) < as_of
