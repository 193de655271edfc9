-- grain: one row for each file that is not here, subscription and service: what is expected to have been used, and what it will cost.
create or replace temp table usage_estimates (
    account_id varchar,
    subscription_id varchar,
    partner_id varchar,
    source varchar,
    sequence bigint,
    file_id varchar,
    period_start timestamptz,
    period_end timestamptz,
    service varchar,
    quantity bigint,
    amount decimal(18, 6),
    low decimal(18, 6),
    high decimal(18, 6),
    basis varchar
)
