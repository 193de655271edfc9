-- grain: one row for each CRM row: who held which plan with which SIM, and when
select subscription_id, account_id, imsi, plan_id, valid_from, valid_to, false as is_stand_in
from subscriptions
