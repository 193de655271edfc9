-- grain: one chosen SIM card that the network never took on
delete from provisioning where imsi in (select key from chosen)
