-- grain: one given payment
insert into payments by name from chosen
