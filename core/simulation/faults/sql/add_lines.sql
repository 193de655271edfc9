-- grain: one given line
insert into charges by name from chosen
