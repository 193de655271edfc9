-- grain: one SIM card on the network that is in no account
insert into provisioning by name from chosen
