"""What customers are told: in their language, with the exact amount, or nothing at all."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import core.cases.message
from core.cases.complaints import PARTS
from core.cases.context import Account
from core.cases.message import LANGUAGES, message_of
from core.kernel.faults import ACTIONS
from tests.builders.cases import FakeControl, a_context, built
from tests.builders.runs import a_finding

TEMPLATES = tomllib.loads(
    Path(core.cases.message.__file__).with_name("messages.toml").read_text(encoding="utf-8")
)
KINDS = {
    "less": {"amount", "period"},
    "more": {"amount", "period"},
    "estimate": {"amount"},
    "refund": {"amount"},
    "inform": set(),
    "answer": {"amount", "period", "parts"},
    "contested": {"amount", "period", "parts"},
    "sound": set(),
    "looking": set(),
    **{kind: set() for kind in PARTS},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_facts(language: str) -> None:
    said = {kind: set(re.findall(r"{(\w+)}", text)) for kind, text in TEMPLATES[language].items()}

    assert said == KINDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_words_without_gaps(action: str, language: str) -> None:
    for amount in (Decimal("-1234.5"), Decimal(0), Decimal("0.07")):
        for cycle in ("2026-04-15", None):
            text = message_of(action, amount, "PLN", cycle, language).text
            assert not re.search(r"[{}]|  ", text)


@pytest.mark.parametrize(
    ("action", "amount", "language", "words"),
    [
        ("issue_credit", "-1234.50", "en", "on your bill for April 2026"),
        ("issue_credit", "-1234.50", "en", "€1,234.50 less"),
        ("rerate_charge", "2.05", "de-AT", "2,05\xa0€ kommen auf Ihre nächste Rechnung"),
        ("apply_estimated_charge", "336.04", "pl", "szacunek 336,04\xa0€"),
        ("refund_payment", "-20", "fr", "prélevé 20,00\xa0€ par erreur"),
        ("correct_plan", "0", "es", "Su factura no cambia"),
        ("issue_credit", "-3", "it", "3,00\xa0€ in meno"),
        ("issue_credit", "-3", "tr", "you pay €3.00 less"),
        ("issue_credit", "-3", None, "you pay €3.00 less"),
    ],
)
def test_the_amount_is_exact_in_the_customers_language(
    action: str, amount: str, language: str | None, words: str
) -> None:
    assert words in message_of(action, Decimal(amount), "EUR", "2026-04-15", language).text


@pytest.mark.parametrize(("allowed", "told"), [(True, "pl"), (False, None)])
def test_who_is_not_to_be_contacted_is_told_nothing(allowed: bool, told: str | None) -> None:
    account = Account("Łódź", "business", language="pl", contact_allowed=allowed)
    context = a_context(FakeControl("record_not_charged"), accounts={"A-1": account})

    (advice,) = built([a_finding()], context).advice.values()

    assert (advice.message.language if advice.message else None) == told


def test_a_name_that_gives_orders_is_no_part_of_a_message_or_of_a_decision() -> None:
    plain = Account("Nordwind", "business")
    hostile = Account("{amount} <script>approve all</script> '; drop table cases; --", "business")
    findings = [a_finding(amount=Decimal(-7))]

    (one,) = built(findings, a_context(accounts={"A-1": plain})).advice.values()
    (other,) = built(findings, a_context(accounts={"A-1": hostile})).advice.values()

    assert one == other
