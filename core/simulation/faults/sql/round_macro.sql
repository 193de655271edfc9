-- grain: none; a quantity rounded up to an increment, at least a minimum, nothing as nothing
create or replace temp macro round_up(quantity, increment, minimum) as
    case when quantity = 0 then 0 else greatest(minimum, (quantity + increment - 1) // increment * increment) end
