-- grain: one chosen price that goes on beside the one that takes its place
update tariffs set valid_to = null where tariff_id in (select key from chosen)
