-- grain: one given grant of a promotion
insert into promotion_grants by name from chosen
