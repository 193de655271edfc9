-- grain: one row for each line and idea that has a price: quantity and amount, before the roaming cap.
select line_no, idea, rounded, amount_micro from rating_usage_lines
