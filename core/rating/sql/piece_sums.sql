-- grain: one row for each session priced in pieces: their sum in micro-units times the session's denominator (rule 10).
with pieces as (select * from rating_pieces),
steps as (select step_no, ladder_no, rate_micro from rating_steps),
ladders as (select ladder_no, service, unit_size from rating_ladders)
select
    session_no,
    sum(
        quantity::hugeint * rate_micro
        * case service when 'voice' then if(is_block, 60, 60 // unit_size) when 'sms' then 1 else if(is_block, unit_size, 1) end
    )::hugeint as numerator
from pieces
join steps using (step_no)
join ladders using (ladder_no)
group by session_no
