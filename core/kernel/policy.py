"""What policy says of one case: each check with its answer, the route and the risk. Holds no rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.kernel.people import Role
from core.kernel.plan import Timing

Then = Literal["pass", "approval", "block"]
Route = Literal["automatic", "approval", "recommend"]
Risk = Literal["low", "medium", "high"]
Direction = Literal["up", "down", "none"]
TableKind = Literal["check", "risk", "procedure", "retry"]


@dataclass(frozen=True)
class PolicyCheck:
    """State how one check of a policy came out: the question, the answer's effect and words, who approves."""

    check_id: str
    asks: str
    then: Then
    says: str
    by: Role | None = None


@dataclass(frozen=True)
class Ruling:
    """State what policy says of a case.

    Parameters
    ----------
    checks
        Each with its answer, in the policy's order.
    by
        The role that has to approve where somebody has to, the strictest that a check or the action's
        procedure names; None where any second person may.
    version
        Hash of the policy that was in force.
    """

    route: Route
    risk: Risk
    checks: tuple[PolicyCheck, ...]
    by: Role | None
    version: str


@dataclass(frozen=True)
class CaseFacts:
    """State what policy looks at of a case.

    Parameters
    ----------
    amount
        What the action changes for the customer: positive when they pay more.
    cause_confidence
        How likely the cause is, 0 to 1.
    vulnerable
        Whether the customer is protected; None where several are concerned, or none is known.
    age_days
        Days since the oldest use concerned.
    too_old_by_law
        Whether that is longer than the law lets it be billed.
    repeats
        How many other cases of the account and fault there are.
    others
        What else was found, beside ``fault``, which stands for most of the money.
    timing
        What the times of a plan follow from; None where an older version of Assay did not keep it.
    customers, untold
        How many customers share it, where it is no one customer's, and how many of them are not to be
        contacted.
    """

    fault: str
    root_cause: str
    action: str
    amount: Decimal
    segment: str | None
    vulnerable: bool | None
    contact_allowed: bool
    invoice: Literal["draft", "issued", "none"]
    cause_confidence: Decimal
    age_days: int
    too_old_by_law: bool
    repeats: int
    others: tuple[str, ...] = ()
    timing: Timing | None = None
    customers: int = 0
    untold: int = 0

    @property
    def direction(self) -> Direction:
        """Return whether the customer pays more, less, or the same."""
        if self.amount == 0:
            return "none"
        return "up" if self.amount > 0 else "down"


@dataclass(frozen=True)
class PolicyRow:
    """Show one row of a policy's table: its conditions as text by name, and what it answers.

    ``then`` is a `Then`, in the table of risks a `Risk`, in that of procedures the steps, in that of retries
    the hours; ``more`` is what a row says besides, by name.
    """

    conditions: tuple[tuple[str, str], ...]
    then: str
    says: str = ""
    by: str = ""
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PolicyTable:
    """Show one table of a policy, and what a row of it can ask for and says besides, by name."""

    table_id: str
    asks: str
    rows: tuple[PolicyRow, ...]
    kind: TableKind = "check"
    conditions: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """Count the cases that another policy would lead from one route to another, and their money, unsigned."""

    before: Route
    after: Route
    cases: int
    amount: Decimal


@dataclass(frozen=True)
class BackTest:
    """Say what another policy would have decided on the cases of the latest run.

    Parameters
    ----------
    moves
        For each route now and then that has cases; also where both are the same.
    asked
        For each role that would have to approve, and for anybody else (""), how many cases now and then.
    checks
        For each check that would come out otherwise, in how many cases.
    plans
        How many cases would be carried out otherwise.
    approvers
        How many cases another role would have to approve.
    """

    cases: int
    moves: tuple[Move, ...]
    asked: tuple[tuple[str, int, int], ...]
    checks: tuple[tuple[str, int], ...]
    plans: int = 0
    approvers: int = 0

    @property
    def changed(self) -> int:
        """Return how many cases would take another route."""
        return sum(move.cases for move in self.moves if move.before != move.after)
