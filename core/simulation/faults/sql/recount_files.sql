-- grain: one chosen file with more or fewer events, and what they cost
update usage_files
set record_count = record_count + chosen.change, total_charge = total_charge + chosen.charge
from chosen where file_id = key
