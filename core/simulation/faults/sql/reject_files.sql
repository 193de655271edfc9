-- grain: one chosen file that was refused and did not come again
update usage_files set status = 'rejected' where file_id in (select key from chosen)
