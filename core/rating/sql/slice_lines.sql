-- grain: one row for each line that is asked for beside, of an account in scope, where all accounts are one slice (view).
select lines.* from rating_lines_beside as lines semi join rating_accounts using (account_id)
