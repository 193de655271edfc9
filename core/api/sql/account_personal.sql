-- grain: at most one row; how the account's customer is reached, in clear
select email, phone
from accounts
where account_id = $account
