-- grain: one chosen price that ends
update tariffs set valid_to = chosen.valid_to from chosen where tariff_id = key
