/*+++
id = "tax_rate"
asks = "Does the tax fit the net at another whole percentage?"
faults = ["wrong_tax"]
cost = 1

[answer.other_rate]
says = "it is the net at another rate"
weights = { rating_config = 9 }

[answer.no_rate]
says = "no rate gives this tax"
weights = { bill_run_error = 6, manual_error = 2 }
+++*/
-- grain: one answer for each invoice whose tax is wrong
with taxes as (
    select
        finding_id,
        try_cast(evidence->>'$.actual.tax' as double) as billed,
        try_cast(evidence->>'$.expected.tax' as double) as due
    from asked
),
rates as (
    select finding_id, billed, due, billed / due * dataset.tax_rate::double * 100 as percentage, due / dataset.tax_rate::double as net
    from taxes
    cross join dataset
    where due <> 0 and dataset.tax_rate > 0
)
select
    finding_id,
    if(abs(round(percentage) * net / 100 - billed) < 0.0151, 'other_rate', 'no_rate') as answer,
    round(percentage, 2)::varchar || ' %' as detail
from rates
