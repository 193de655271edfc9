"""The questions about one account. Reads the lake as the latest run saw it; decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from core.api import account_reads as reads
from core.api.account_answers import AccountHead, AccountHit, AccountReview, AccountView
from core.api.account_review import review_lines
from core.api.guard import Guarded, needs
from core.events.narrow import narrow_to_account
from core.kernel.audit import AuditEvent
from core.kernel.errors import AssayError, InputError, NotFoundError
from core.kernel.reads import CaseQuery
from core.kernel.results import RunSummary
from core.lake.session import Session, StatementError
from core.workflows.as_of import as_of_run

CASES_SHOWN = 20
REASON_LENGTH = 8
NEEDED = ("accounts", "subscriptions", "usage_events", "mediation_records", "charges", "invoices", "payments",
    "contacts")  # fmt: skip
"""The streams that an account is read from."""


class AccountQuestions(Guarded):
    """Answer about single accounts; a part of `Assay`."""

    @needs("accounts.read")
    def find_accounts(self, text: str, limit: int = 20) -> tuple[AccountHit, ...]:
        """Return the accounts that a text names by id, name or phone number, the closest first.

        Whoever may not see names finds accounts by their ids alone.

        Raises
        ------
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        """
        run = self._store.latest_run()
        if run is None or not text.strip():
            return ()
        with as_of_run(self._store, self._parts.lake, run) as session:
            hits = reads.find(
                session,
                text.strip(),
                limit,
                segments=self._actor.segments,
                by_person=self.may("personal_data.names"),
            )
        return hits if self.may("personal_data.names") else tuple(replace(hit, name=None) for hit in hits)

    @needs("accounts.read")
    def account(self, account_id: str) -> AccountView:
        """Return all that is known of one account as of the latest run.

        Raises
        ------
        NotFoundError
            RA-E400, when no stream names the account.
        ForbiddenError
            RA-E402 for a customer of a segment that whoever asks may not see.
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        """
        with self._narrowed(account_id) as (session, run):
            view = self._view(session, account_id, run)
        self._viewed("account", account_id, account_id)
        return view

    @needs("accounts.read")
    def account_review(self, account_id: str) -> AccountReview:
        """Return the account's bills line by line, each beside what it should be and why.

        Raises
        ------
        NotFoundError
            RA-E400, when no stream names the account.
        ForbiddenError
            RA-E402 for a customer of a segment that whoever asks may not see.
        LakeError
            RA-E300 when the lake does not hold the latest run's streams.
        AssayError
            RA-E000 when a query of the pricing fails; the rest of the account can still be read.
        """
        with self._narrowed(account_id) as (session, run):
            view = self._view(session, account_id, run)
            try:
                return review_lines(session, account_id, view.bills, run.currency)
            except StatementError as error:
                raise AssayError(
                    f"the bills of account {account_id} could not be priced; the log says why",
                    fields={"account_id": account_id},
                ) from error

    @needs("personal_data.unmask")
    def unmask(self, account_id: str, reason: str) -> None:
        """Open one customer's numbers and addresses for the rest of this session.

        Parameters
        ----------
        reason
            Why, in the words of whoever asks; it stands in the audit trail.

        Raises
        ------
        InputError
            RA-E100 without a reason that says something.
        NotFoundError
            RA-E400, when no stream names the account.
        ForbiddenError
            RA-E402 for a customer of a segment that they may not see, or outside of a session.
        """
        if len(reason.strip()) < REASON_LENGTH:
            raise InputError("Say why you need the numbers, in a few words: it stands in the audit trail.")
        with self._narrowed(account_id) as (session, _):
            segment = reads.head(session, account_id).segment
        self._allow_segment("personal_data.unmask", segment, account_id)
        if self._stay is None:
            self._refuse("personal_data.unmask", "Numbers are opened within a session only.", account_id)
        event = AuditEvent(
            "personal_data.unmasked", self._actor, "account", account_id, reason.strip(), subject=account_id
        )
        self._store.unmask(self._stay.session.session_id, account_id, event)

    def _account_head(self, account_id: str) -> tuple[AccountHead, datetime]:
        """Return who an account is, and as of when that is known.

        Raises
        ------
        NotFoundError, ForbiddenError, LakeError
            As for `account`.
        """
        with self._narrowed(account_id) as (session, run):
            head = reads.head(session, account_id)
        self._allow_segment("accounts.read", head.segment, account_id)
        return head if self._veil().names else replace(head, name=None), run.as_of

    def _view(self, session: Session, account_id: str, run: RunSummary) -> AccountView:
        missing = frozenset(NEEDED) - {version.stream for version in self._store.streams(run.run_id)}
        head = reads.head(session, account_id)
        self._allow_segment("accounts.read", head.segment, account_id)
        veil = self._veil()
        reads.lay_out_usage(session, account_id, is_mediated="mediation_records" not in missing)
        bills = reads.bills(session, account_id)
        owed = [amount for amount in map(reads.still_owed, bills) if amount]
        mine = self._within(CaseQuery(account_id=account_id))
        return AccountView(
            head=head if veil.names else replace(head, name=None),
            as_of=run.as_of,
            timezone=run.timezone,
            missing=missing,
            balance=None if missing & {"invoices", "payments"} else sum(owed, start=reads.NOTHING),
            open_invoices=len(owed),
            next_bill=reads.next_bill(bills),
            last_trip=reads.last_trip(session),
            bills=bills,
            payments=reads.payments(session, account_id),
            contacts=veil.contacts(reads.contacts(session, account_id)),
            usage=reads.usage_days(session),
            cases=veil.cases(self._store.cases(mine, offset=0, limit=CASES_SHOWN)),
            open_cases=self._store.count_cases({"mine": mine})["mine"],
            estimates=self._store.estimates(run.run_id, account_id=account_id),
            personal=reads.personal_data(session, account_id) if account_id in veil.opened else None,
        )

    @contextmanager
    def _narrowed(self, account_id: str) -> Iterator[tuple[Session, RunSummary]]:
        """Open the lake as the latest run saw it, with the rows of one account."""
        run = self._store.latest_run()
        if run is None:
            raise NotFoundError(
                f"There is no account {account_id}: run Assay first.", fields={"account_id": account_id}
            )
        with as_of_run(self._store, self._parts.lake, run) as session:
            narrow_to_account(session, account_id)
            yield session, run
