-- grain: one chosen SIM card that the network let go
update provisioning set active_to = chosen.until from chosen where imsi = key and active_from = chosen.since
