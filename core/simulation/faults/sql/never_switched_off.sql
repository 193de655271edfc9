-- grain: one chosen SIM card that stays on the network
update provisioning set active_to = null from chosen where imsi = key and active_from = chosen.since
