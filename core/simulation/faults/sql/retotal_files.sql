-- grain: one chosen file
update usage_files set total_charge = chosen.total_charge from chosen where file_id = key
