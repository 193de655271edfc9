-- grain: one chosen file that came again, under another id
insert into usage_files by name
select
    usage_files.*
        replace (chosen.file_id as file_id, chosen.received_at as received_at, chosen.received_at as updated_at)
from usage_files join chosen on usage_files.file_id = key
