-- grain: one chosen file that says some events less
update usage_files set record_count = record_count - chosen.fewer from chosen where file_id = key
