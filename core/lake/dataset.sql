-- grain: one row; the dataset's settings
CREATE TEMP TABLE dataset (
    operator VARCHAR,
    home_tadig VARCHAR,
    home_plmns VARCHAR[],
    currency VARCHAR,
    timezone VARCHAR,
    tax_rate DECIMAL(18,6),
    as_of TIMESTAMPTZ,
    starts_at TIMESTAMPTZ,
    mediation_hours BIGINT,
    element_delivery_hours BIGINT,
    calling_code VARCHAR,
    allowance_order VARCHAR
)
