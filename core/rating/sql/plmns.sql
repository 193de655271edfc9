-- grain: one row for each known network: its roaming zone (rule 4).
with scope as (select * from rating_scope),
zones as (select * from rating_zones),
own as (select unnest(home_plmns) as plmn from scope),
known as (
    select plmn, 'home' as zone from own
    union
    select plmn, any_value(zone) from networks where plmn not in (select plmn from own) group by plmn
)
select known.plmn, greatest(zones.zone_no, 0) as zone_no from known join zones using (zone)
