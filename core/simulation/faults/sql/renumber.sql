-- grain: one chosen SIM card, under another number on the network
update provisioning set msisdn = chosen.msisdn from chosen where imsi = key and active_from = chosen.since
