-- grain: one SIM card that is known
select distinct imsi from provisioning
