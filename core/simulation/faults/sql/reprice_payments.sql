-- grain: one chosen payment
update payments set amount = chosen.amount from chosen where payment_id = key
