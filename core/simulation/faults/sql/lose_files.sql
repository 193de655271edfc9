-- grain: one chosen file
delete from usage_files where file_id in (select key from chosen)
