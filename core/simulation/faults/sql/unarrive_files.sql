-- grain: one chosen file that is announced only
update usage_files
set received_at = null, checksum = null, status = 'announced', updated_at = created_at
where file_id in (select key from chosen)
