-- grain: one row for each line and idea of how it came to its amount, as a session of a subscription of its own.
with ideas as (select * from review_ideas),
lines as (
    select
        line_no, record_id, event_id, account_no, bill_cycle_day, cap_micro, service_no, direction_no, quantity, duration_s, arrived_us,
        tier_before as given_tier
    from review_lines
)
select
    lines.*, ideas.* exclude (line_no),
    -row_number() over () as sub_no,
    (((plan_no * 4 + service_no) * 2 + direction_no) * 100000 + destination_no) * 100000 + roaming_no as kind_no
from ideas
join lines using (line_no)
