-- grain: one row for each conversation of the account with customer care, newest first
select contact_id, channel, topic, opened_at, resolved, note
from contacts
where account_id = $account
order by opened_at desc, contact_id
