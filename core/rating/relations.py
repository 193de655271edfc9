"""The relations that a review leaves in a session, column by column: what billing and pricing disagree about.

Declared once, for the review that fills them and for sessions made up of literal rows. Fills nothing.
"""

from __future__ import annotations

from core.kernel.records import Column

__all__ = ["DIFFERENCE", "REVIEWED"]

DIFFERENCE: tuple[Column, ...] = (
    Column("state", "text", choices=("different", "missing", "extra")),
    Column("kind", "text", choices=("usage", "recurring", "one_off", "discount", "adjustment", "tax")),
    *(
        Column(name, "id", nullable=True)
        for name in ("charge_id", "record_id", "event_id", "product_id", "promotion_id")
    ),
    Column("account_id", "id"),
    Column("subscription_id", "id", nullable=True),
    Column("invoice_id", "id", nullable=True),
    Column("cycle", "text", nullable=True),
    Column("service", "text", nullable=True),
    *(Column(name, "money") for name in ("billed_amount", "expected_amount", "corrections", "difference")),
    *(
        Column(f"{side}_{name}", "qty", nullable=True)
        for name in ("quantity", "free_quantity")
        for side in ("billed", "expected")
    ),
    *(
        Column(f"{side}_{name}", "id", nullable=True)
        for name in ("account_id", "subscription_id", "plan_id", "tariff_id")
        for side in ("billed", "expected")
    ),
    Column("period_start", "ts"),
    Column("rated_at", "ts", nullable=True),
    Column("explanation", "json", nullable=True),
)
"""One line on which the bill and what it should be differ. ``missing``: expected and not billed; ``extra``:
billed and not expected. ``difference``: expected minus billed minus what corrections have put right."""

REVIEWED: dict[str, tuple[Column, ...]] = {
    "usage_differences": (*DIFFERENCE, Column("twin_id", "id", nullable=True)),
    "bill_differences": (*DIFFERENCE, Column("fault", "text"), Column("twin_id", "id", nullable=True)),
    "invoice_differences": (
        Column("state", "text", choices=("different", "missing")),
        Column("account_id", "id"),
        Column("invoice_id", "id", nullable=True),
        Column("cycle", "text"),
        Column("occurred_at", "ts"),
        Column("is_issued", "bool", nullable=True),
        Column("tax_charge_id", "id", nullable=True),
        *(
            Column(name, "money", nullable=True)
            for name in (
                "lines_net",
                "lines_tax",
                "due_tax",
                "tax_corrections",
                "total",
                "expected_net",
                "expected_tax",
                "expected_total",
            )
        ),
    ),
    "line_faults": (
        Column("charge_id", "id"),
        Column("fault", "text"),
        Column("root_cause", "text"),
        Column("account_id", "id"),
        Column("subscription_id", "id", nullable=True),
        Column("cycle", "text", nullable=True),
        Column("record_id", "id", nullable=True),
        Column("event_id", "id", nullable=True),
        Column("service", "text", nullable=True),
        Column("period_start", "ts"),
        Column("amount", "money"),
        Column("billed_amount", "money"),
        Column("expected_amount", "money"),
        *(
            Column(f"{side}_{name}", "qty", nullable=True)
            for name in ("quantity", "free_quantity")
            for side in ("billed", "expected")
        ),
        *(
            Column(f"{side}_{name}", "id", nullable=True)
            for name in ("plan_id", "tariff_id")
            for side in ("billed", "expected")
        ),
        Column("steps", "text", nullable=True),
        Column("conflict_id", "id", nullable=True),
    ),
    "price_list_problems": (
        Column("tariff_id", "id"),
        Column("problem", "text"),
        Column("rival_id", "id", nullable=True),
        Column("occurred_at", "ts"),
        Column("statement", "text"),
    ),
    "unpriced": (
        Column("record_id", "id", nullable=True),
        Column("event_id", "id", nullable=True),
        Column("account_id", "id", nullable=True),
        Column("subscription_id", "id", nullable=True),
        Column("started_at", "ts"),
        Column("cycle", "text", nullable=True),
        Column("reason", "text"),
        Column("tariff_id", "id", nullable=True),
    ),
}
"""The columns of each relation by its name."""
