-- grain: one record to be added
insert into mediation_records by name from chosen
