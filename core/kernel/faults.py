"""Names for what can be wrong, why, and what puts it right; the contract's words. Holds no logic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Name one kind of fault, its dimension and whose key a finding's ``subject_id`` is."""

    name: str
    dimension: str
    subject: str
    means: str


FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        Fault(
            "event_not_mediated", "completeness", "usage_events", "the network saw it, mediation never did"
        ),
        Fault(
            "record_suspended", "completeness", "mediation_records", "stuck in mediation past its deadline"
        ),
        Fault("record_discarded", "completeness", "mediation_records", "thrown away although billable"),
        Fault(
            "record_not_charged",
            "completeness",
            "mediation_records",
            "forwarded, but no charge line within mediation_hours; lines of the bill: 3 hours after the cycle's end",
        ),
        Fault(
            "file_missing",
            "completeness",
            "usage_files",
            "a gap in a source's sequence; subject_id is SOURCE#SEQUENCE",
        ),
        Fault("file_short", "completeness", "usage_files", "fewer events than the file's record_count"),
        Fault("file_excess", "completeness", "usage_files", "more events than the file's record_count"),
        Fault(
            "partial_missing",
            "completeness",
            "usage_events",
            "a long session lacks a part; subject_id is its call_ref",
        ),
        Fault(
            "feed_silent",
            "completeness",
            "usage_files",
            "a source fell silent or far below its usual volume; subject_id is SOURCE@PERIOD_START of the first silent file, as 2026-03-01T06:00:00Z",
        ),
        Fault(
            "recurring_not_charged", "completeness", "subscriptions", "a monthly fee is missing from a cycle"
        ),
        Fault("invoice_missing", "completeness", "accounts", "a cycle with charges has no invoice"),
        Fault("wrong_rate", "accuracy", "charges", "price per unit differs from the tariff in force"),
        Fault("wrong_zone", "accuracy", "charges", "priced for another destination or roaming zone"),
        Fault("wrong_time_band", "accuracy", "charges", "priced in another time band (time zone, DST)"),
        Fault("wrong_rounding", "accuracy", "charges", "another increment or minimum"),
        Fault("wrong_plan", "accuracy", "charges", "priced on another plan than the one in force"),
        Fault("zero_rated", "accuracy", "charges", "billable, charged nothing"),
        Fault("allowance_not_applied", "accuracy", "charges", "charged although an allowance was left"),
        Fault("allowance_overdrawn", "accuracy", "charges", "free although the allowance was used up"),
        Fault("promotion_expired", "accuracy", "charges", "discount after its end"),
        Fault(
            "promotion_ineligible",
            "accuracy",
            "charges",
            "discount the plan or customer does not qualify for",
        ),
        Fault("promotion_missing", "accuracy", "promotion_grants", "granted, in force, not given"),
        Fault("promotion_wrong_amount", "accuracy", "charges", "due, but another amount"),
        Fault(
            "not_priced",
            "accuracy",
            "mediation_records",
            "no tariff matches; a gap or an error in the price list",
        ),
        Fault(
            "tariff_conflict",
            "accuracy",
            "tariffs",
            "two rows equally specific with different prices, an overlap or a gap in validity; of two rivals the greater tariff_id, of a gap the row that ends before it",
        ),
        Fault("wrong_proration", "accuracy", "charges", "recurring fee for the wrong days"),
        Fault("recurring_after_end", "accuracy", "charges", "recurring fee after the subscription ended"),
        Fault("cap_exceeded", "accuracy", "charges", "roaming data past the cap without consent"),
        Fault("wrong_tax", "accuracy", "charges", "tax differs from the rate on the net"),
        Fault(
            "quantity_mismatch",
            "consistency",
            "charges",
            "billing and mediation or network disagree on quantity",
        ),
        Fault(
            "plan_mismatch",
            "consistency",
            "subscriptions",
            "CRM and the charging system hold different plans",
        ),
        Fault(
            "active_not_in_crm",
            "consistency",
            "provisioning",
            "works on the network, nobody pays; subject_id is the imsi",
        ),
        Fault("billed_not_active", "consistency", "subscriptions", "billed, not on the network"),
        Fault(
            "identity_mismatch",
            "consistency",
            "subscriptions",
            "msisdn and imsi pair differs between CRM and network",
        ),
        Fault(
            "guided_to_wrong_account",
            "consistency",
            "mediation_records",
            "usage put on another subscription than its own; account and amount are those of the account wrongly charged, the right one is in the evidence",
        ),
        Fault(
            "file_late",
            "timeliness",
            "usage_files",
            "received_at, or as_of while it is null, is after period_end + delivery_hours (own elements: element_delivery_hours)",
        ),
        Fault(
            "event_late",
            "timeliness",
            "usage_events",
            "in an on-time file, yet received after issued_at of the invoice of the cycle that holds started_at",
        ),
        Fault("record_late", "timeliness", "mediation_records", "mediated after its deadline"),
        Fault(
            "charge_late",
            "timeliness",
            "charges",
            "rated after issued_at of the invoice of the cycle that holds period_start",
        ),
        Fault(
            "duplicate_event",
            "integrity",
            "usage_events",
            "one usage delivered twice; the subject is the copy received later (then the greater event_id), the amount that of its charge; a copy that mediation marked duplicate has amount 0 and no_action",
        ),
        Fault(
            "row_rejected",
            "integrity",
            "any",
            "a row that cannot be read; stream is the row's, subject_id is FILE#ROW: FILE is the path below the stream's folder, ROW counts from 1 without the header; FILE#0 is a whole unreadable file",
        ),
        Fault(
            "estimate_not_reversed",
            "integrity",
            "charges",
            "an estimated line still stands although its usage is rated",
        ),
        Fault("duplicate_charge", "integrity", "charges", "one record or fee charged twice"),
        Fault("orphan_charge", "integrity", "charges", "usage charge with no usage behind it"),
        Fault("invoice_total_mismatch", "integrity", "invoices", "lines do not add up to the total"),
        Fault("payment_duplicate", "integrity", "payments", "one invoice collected twice"),
        Fault("payment_mismatch", "integrity", "payments", "collected another amount than invoiced"),
        Fault(
            "payment_failed",
            "integrity",
            "payments",
            "failed, not retried, worth retrying: issuer_timeout, gateway_error, insufficient_funds; not expired_card, stolen_card, closed_account",
        ),
        Fault(
            "adjustment_abuse",
            "integrity",
            "charges",
            "manual credits out of pattern for a person or account",
        ),
        Fault(
            "wholesale_mismatch", "integrity", "usage_events", "a partner's price differs from the agreed one"
        ),
        Fault(
            "file_total_mismatch",
            "integrity",
            "usage_files",
            "a partner file's total differs from its records",
        ),
        Fault(
            "bill_spike", "expectation", "invoices", "far above what this account's history and plan predict"
        ),
        Fault("bill_drop", "expectation", "invoices", "far below it"),
        Fault(
            "usage_spike",
            "expectation",
            "subscriptions",
            "usage far above expectation; subject_id is SUBSCRIPTION@LOCAL_DATE",
        ),
        Fault("usage_drop", "expectation", "subscriptions", "usage far below expectation; same subject_id"),
        Fault(
            "iot_sim_misuse",
            "expectation",
            "subscriptions",
            "an IoT SIM behaving like a phone or in a place it never is",
        ),
    )
}

ROOT_CAUSES: tuple[str, ...] = (
    "partner_delay",
    "partner_outage",
    "partner_pricing",
    "element_outage",
    "clock_drift",
    "mediation_config",
    "mediation_backlog",
    "duplicate_delivery",
    "rating_table_stale",
    "rating_config",
    "plan_change_not_propagated",
    "provisioning_error",
    "crm_error",
    "promotion_config",
    "promotion_not_propagated",
    "bill_run_error",
    "rounding_config",
    "timezone_config",
    "payment_gateway",
    "customer_payment_method",
    "manual_error",
    "internal_misuse",
    "sim_misuse",
    "customer_behaviour",
    "data_entry",
    "unknown",
)

ACTIONS: tuple[str, ...] = (
    "correct_tariff",
    "hold_invoice",
    "release_invoice",
    "apply_estimated_charge",
    "rerate_charge",
    "add_charge",
    "remove_charge",
    "issue_credit",
    "promotional_credit",
    "reverse_credit",
    "refund_payment",
    "retry_payment",
    "reissue_invoice",
    "recycle_records",
    "request_partner_file",
    "correct_plan",
    "correct_provisioning",
    "correct_identity",
    "dispute_wholesale",
    "open_dispute",
    "block_sim",
    "write_off",
    "notify_customer",
    "no_action",
)
