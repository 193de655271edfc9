-- grain: one line priced by what a chosen price became after its gap
update charges set tariff_id = chosen.tariff_id from chosen
where charges.tariff_id = key and period_start >= valid_from
