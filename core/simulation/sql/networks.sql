-- grain: one network and its zone
select '26299' as plmn, 'home' as zone, null::varchar as partner_id
union all
select plmn, zone, partner_id from listed_partners
