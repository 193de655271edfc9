-- grain: one row for each discount of a closed cycle: what it takes off in cents, each from what the former left (rule 13).
-- A service has left its weight times part / whole: a discount on all usage lowers part, so every service in proportion.
with recursive turns as (select * from rating_discount_turns),
taken as (
    select
        0::bigint as turn, sub_no, account_no, cycle_no, 0::hugeint as cents, 0::hugeint as base_micro,
        fees, voice, sms, data, iot, 1::hugeint as part, 1::hugeint as whole
    from rating_discount_bases
    union all
    select
        turn, sub_no, account_no, cycle_no, cents, base_micro, fees, voice // scale, sms // scale, data // scale, iot // scale,
        part // gcd(part, whole), whole // gcd(part, whole) // scale
    from (
        select
            * replace (
                if(target = 'fees', greatest(0, fees - cents * 10000), fees) as fees,
                if(on_service, if(target = 'voice', greatest(0, part * voice - off), part * voice), voice) as voice,
                if(on_service, if(target = 'sms', greatest(0, part * sms - off), part * sms), sms) as sms,
                if(on_service, if(target = 'data', greatest(0, part * data - off), part * data), data) as data,
                if(on_service, if(target = 'iot', greatest(0, part * iot - off), part * iot), iot) as iot,
                case when on_service then 1 when target = 'usage' and cents > 0 then greatest(0, base - off) else part end as part,
                if(target = 'usage' and cents > 0, whole * (voice + sms + data + iot), whole) as whole
            ),
            greatest(1, if(on_service, part * greatest(voice, sms, data, iot), 1) // 1000000000000000000000000) as scale
        from (
            select
                *,
                base // greatest(over, 1) as base_micro,
                cents > 0 and target in ('voice', 'sms', 'data', 'iot') as on_service,
                cents * 10000 * whole as off
            from (
                select
                    *,
                    if(
                        off_micro is null,
                        (base * percent_micro * 2 + over * 1000000000000) // (over * 2000000000000),
                        (least(off_micro * over, base) * 2 + over * 10000) // (over * 20000)
                    ) as cents
                from (
                    select
                        taken.* exclude (turn, cents, base_micro), turns.turn, target, off_micro, percent_micro,
                        if(target = 'fees', 1, whole) as over,
                        coalesce(case target
                            when 'fees' then fees
                            when 'usage' then part * (voice + sms + data + iot)
                            when 'voice' then part * voice when 'sms' then part * sms
                            when 'data' then part * data when 'iot' then part * iot
                        end, 0) as base
                    from taken
                    join turns
                        on turns.sub_no = taken.sub_no and turns.account_no = taken.account_no and turns.cycle_no = taken.cycle_no
                    where turns.turn = taken.turn + 1
                )
            )
        )
    )
)
select turns.*, cents::bigint as cents, base_micro::bigint as base_micro
from taken
join turns using (sub_no, account_no, cycle_no, turn)
where cents > 0
