"""Who decides cases: the policy as tables, what another would have decided, and asking for it. Sets none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.api.approvals import ApprovalDesk
from core.api.guard import needs
from core.governance.proposals import Change
from core.kernel.audit import Facts
from core.kernel.errors import NotFoundError
from core.kernel.policy import BackTest, PolicyTable
from core.kernel.proposals import PolicyVersion, Proposal
from core.policy.back_test import back_test
from core.policy.document import Policy, read_policy
from core.policy.jurisdictions import Pack, load_packs
from core.policy.tables import read_tables, write_tables

__all__ = ["PolicyDesk", "PolicyView"]

POLICY = "cases"
"""The id of the one policy there is."""


@dataclass(frozen=True)
class PolicyView:
    """Show the policy in force.

    ``number`` counts what people brought about, 0 for the one that ships; ``filled`` names the tables that it
    is too old to have, so that those which ship stand in; ``history`` is newest first.
    """

    number: int
    version: str
    tables: tuple[PolicyTable, ...]
    filled: tuple[str, ...]
    jurisdictions: tuple[Pack, ...]
    history: tuple[PolicyVersion, ...]


class PolicyDesk(ApprovalDesk):
    """Read and propose policies; a part of `Assay`."""

    @needs("controls.read")
    def policy(self) -> PolicyView:
        """Return the policy in force, as tables."""
        policy, history = self._parts.policy, self._store.policy_versions()
        return PolicyView(
            len(history), policy.version, read_tables(policy), policy.filled, load_packs(), history
        )

    @needs("settings.propose", of_all=True)
    def try_policy(self, tables: Sequence[PolicyTable]) -> BackTest:
        """Return what other tables would have decided on the cases of the latest run.

        Raises
        ------
        NotFoundError
            RA-E400 when there is no run yet.
        InputError
            RA-E100 with the table and the row of a mistake.
        """
        return self._tried(read_policy(write_tables(tables)))

    @needs("settings.propose", of_all=True)
    def propose_policy(
        self, tables: Sequence[PolicyTable], note: str, *, replaces: str | None = None
    ) -> Proposal:
        """Ask a second person for another policy; the next run after approval uses it.

        Raises
        ------
        ConflictError
            RA-E401 when the policy was changed meanwhile, or the one to replace was decided.
        NotFoundError, InputError
            As for `try_policy`; RA-E100 also without a note or when nothing would change.
        """
        seen, wanted = self._evidence("policy", POLICY), read_policy(write_tables(tables))
        tried = self._tried(wanted)
        money = sum((move.amount for move in tried.moves if move.before != move.after), Decimal(0))
        run = self._store.latest_run()
        change = Change(
            "policy",
            POLICY,
            _facts(self._parts.policy),
            _facts(wanted),
            money,
            run.currency if run else None,
            _effect(tried),
        )
        return self._propose(change, note, seen, replaces)

    def _tried(self, wanted: Policy) -> BackTest:
        if self._store.latest_run() is None:
            raise NotFoundError("There is no run yet to try a policy on: start one first.")
        facts = (advice.facts for advice in self._store.advices() if advice.facts is not None)
        return back_test(self._parts.policy, wanted, facts)


def _facts(policy: Policy) -> Facts:
    """Return a policy as facts: each row in words, and the text that counts."""
    rows = {
        f"{table.table_id} {number}": " · ".join(
            [
                *(f"{name} {said}".replace("_", " ") for name, said in row.conditions),
                f"{row.then} {row.by}".strip().replace("_", " "),
                *(f"{name} {said}".replace("_", " ") for name, said in row.more),
                row.says,
            ]
        ).removesuffix(" · ")
        for table in read_tables(policy)
        for number, row in enumerate(table.rows, 1)
    }
    return {"rows": rows, "text": write_tables(read_tables(policy))}


def _effect(tried: BackTest) -> Facts:
    return {
        "cases": tried.cases,
        "changed": tried.changed,
        "plans": tried.plans,
        "approvers": tried.approvers,
        "moves": [
            {"before": move.before, "after": move.after, "cases": move.cases, "amount": f"{move.amount:f}"}
            for move in tried.moves
            if move.before != move.after
        ],
    }
