-- grain: one cycle of one bill day
select bill_cycle_day::bigint as bill_cycle_day, cycle_no::bigint as cycle_no, cycle_start, cycle_end
from drawn_cycles
