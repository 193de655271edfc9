-- grain: one chosen file that says one event less
update usage_files set record_count = record_count - 1 where file_id in (select key from chosen)
