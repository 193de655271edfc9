-- grain: one rival of a chosen price: another rate at its very place, or another increment beside it
insert into tariffs by name
select tariffs.* replace (
    chosen.tariff_id as tariff_id, chosen.rate as rate, chosen.increment as increment, chosen.valid_from as valid_from
)
from tariffs join chosen on tariffs.tariff_id = key
