"""How the advice on a case is kept: as canonical JSON, since nobody searches in it. Opens no connection."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.governance.canonical import canonical
from core.kernel.advice import (
    Advice,
    Alternative,
    BillEffect,
    Contact,
    CustomerMessage,
    LegalDeadline,
    Notice,
)
from core.kernel.diagnosis import Diagnosis, Inquiry, Suspect
from core.kernel.plan import read_plan, read_timing
from core.kernel.policy import CaseFacts, PolicyCheck, Ruling

__all__ = ["advice_row", "read_advice"]


def advice_row(advice: Advice) -> dict[str, str]:
    """Return the row that keeps a case's advice."""
    return {"case_id": advice.case_id, "content": canonical(asdict(advice))}


def read_advice(content: str) -> Advice:
    """Return the advice that a row keeps."""
    kept: dict[str, Any] = json.loads(content)
    diagnosis = kept["diagnosis"]
    return Advice(
        case_id=kept["case_id"],
        diagnosis=Diagnosis(
            tuple(_suspect(one) for one in diagnosis["suspects"]),
            tuple(Inquiry(**_exact(one)) for one in diagnosis["inquiries"]),
        ),
        because=kept["because"],
        alternatives=tuple(Alternative(**one) for one in kept["alternatives"]),
        otherwise=kept.get("otherwise", ""),
        facts=_facts(kept.get("facts")),
        ruling=_ruling(kept.get("ruling")),
        message=_message(kept.get("message")),
        bill=_bill(kept.get("bill")),
        law=_law(kept.get("law")),
        contacts=tuple(_contact(one) for one in kept.get("contacts", ())),
        plan=read_plan(kept.get("plan")),
        notices=tuple(_notice(one) for one in kept.get("notices", ())),
    )


def _facts(kept: dict[str, Any] | None) -> CaseFacts | None:
    if kept is None:
        return None
    exact = {name: Decimal(kept[name]) for name in ("amount", "cause_confidence")}
    timing = read_timing(kept.get("timing"))
    return CaseFacts(**kept | exact | {"others": tuple(kept.get("others", ())), "timing": timing})


def _ruling(kept: dict[str, Any] | None) -> Ruling | None:
    if kept is None:
        return None
    return Ruling(**kept | {"checks": tuple(PolicyCheck(**one) for one in kept["checks"])})


def _message(kept: dict[str, Any] | None) -> CustomerMessage | None:
    return None if kept is None else CustomerMessage(**kept)


def _notice(kept: dict[str, Any]) -> Notice:
    told = {"message": _message(kept["message"]), "bill": _bill(kept["bill"])}
    return Notice(**kept | told | {"amount": Decimal(kept["amount"])})


def _bill(kept: dict[str, Any] | None) -> BillEffect | None:
    if kept is None:
        return None
    return BillEffect(**kept | {name: Decimal(kept[name]) for name in ("total", "net", "tax_rate")})


def _law(kept: dict[str, Any] | None) -> LegalDeadline | None:
    if kept is None:
        return None
    return LegalDeadline(**kept | {"until": datetime.fromisoformat(kept["until"])})


def _contact(kept: dict[str, Any]) -> Contact:
    return Contact(**kept | {"opened_at": datetime.fromisoformat(kept["opened_at"])})


def _suspect(kept: dict[str, Any]) -> Suspect:
    heard = {name: tuple(kept[name]) for name in ("speaks_for", "speaks_against")}
    return Suspect(**_exact(kept) | heard)


def _exact(kept: dict[str, Any]) -> dict[str, Any]:
    return kept | {"probability": Decimal(kept["probability"])}
