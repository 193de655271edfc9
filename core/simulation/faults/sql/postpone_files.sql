-- grain: one chosen file that comes later
update usage_files set received_at = chosen.received_at, updated_at = chosen.received_at
from chosen where file_id = key
