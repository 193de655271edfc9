"""Judges again only what new data can have changed, and takes the rest from the last run. Holds no rule.

The islands of new rows (see `core.lake.islands`) are judged as if they were all there is, in a session of
their own; controls that look at everything at once are asked of everything. What comes out is what a run
finds that judges all anew, row for row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.controls.engine import conclude, judge, measure
from core.controls.model import Control
from core.controls.reconcile import lay_flow
from core.events.enrich import enrich
from core.kernel.records import STREAMS
from core.kernel.results import ControlResult
from core.lake.islands import LINKS, copy_apart, count_accounts, grow
from core.lake.session import Limits, Session, connect
from core.lake.snapshot import Snapshot
from core.lake.sql import load_sql
from core.lake.tables import Lake
from core.lake.views import Sources, create_views, settle_versions
from core.rating.put_right import put_right
from core.rating.relations import REVIEWED
from core.rating.review import PRICE_LIST_FACTS, review
from core.workflows.remains import Remains
from core.workflows.touched import touch

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Renewal"]

_WORTHWHILE = 0.3
"""With more of the accounts than this to be judged again, judging all of them is quicker."""

_PROBLEMS = "price_list_problems"
_FRESH = ("judged", "flow", "open_items", _PROBLEMS, *PRICE_LIST_FACTS)
_SQL = "core.workflows.islands"

Progress = Callable[[str, int, int], None]
Tables = Mapping[str, "pa.Table"]


@dataclass(frozen=True)
class Renewal:
    """Hold how a session over everything is judged from the last run and what is new.

    Parameters
    ----------
    session
        Over the whole snapshot, with versions settled.
    last
        What the last run left, by the same definitions.
    """

    session: Session
    lake: Lake
    snapshot: Snapshot
    last: Remains
    controls: Sequence[Control]
    limits: Limits
    progress: Progress

    def find(self) -> list[ControlResult] | None:
        """Fill what `core.workflows.remains.TABLES` names, but for ``traced``.

        Returns
        -------
        list of ControlResult or None
            As `core.controls.engine.judge`; None when everything has to be judged, and nothing is filled.
        """
        if any(_asks_too_much(control) for control in self.controls):
            return None
        self.progress("looking for what is new", 0, 0)
        if not touch(self.session, self.lake, self.last, self.snapshot.settings, self.controls):
            return None
        accounts = self.session.execute("select count(*) from all_accounts").fetchall()[0][0]
        if not grow(self.session, at_most=int(accounts * _WORTHWHILE)):
            return None
        self.progress(f"judging {count_accounts(self.session)} of {accounts} accounts again", 0, 0)
        return self._renew()

    def _renew(self) -> list[ControlResult] | None:
        spill = self.session.execute("select current_setting('temp_directory')").fetchall()[0][0]
        with tempfile.TemporaryDirectory(prefix="islands-", dir=spill) as folder:
            files = copy_apart(self.session, Path(folder))
            with self._apart(self.snapshot, files) as islands:
                fresh, now = self._judge(islands)
            if _rows(fresh[_PROBLEMS]) != _rows(self.last.tables[_PROBLEMS]):
                return None
            with self._apart(self._before(), files) as islands:
                stale, before = self._before_that(islands)
        for name in (*PRICE_LIST_FACTS, _PROBLEMS):
            self._take(name, fresh[name])
        whole = [control for control in self.controls if control.span == "whole"]
        judged = judge(self.session, whole, as_of=self.snapshot.settings.as_of, progress=self.progress)
        self._put_together(fresh, stale)
        known = {result.control_id: result.eligible for result in judged} | self._eligible(before, now)
        return measure(self.session, sorted(self.controls, key=lambda control: control.id), known)

    def _eligible(self, before: Sequence[ControlResult], now: Sequence[ControlResult]) -> dict[str, int]:
        """Return how much controls by account can judge: as it was, but for the islands, which are anew.

        Where time has gone on, what depends on it is left out.
        """
        rows = self.last.tables["eligible"].to_pylist()
        known = {row["control_id"]: row["eligible"] for row in rows}
        was = {result.control_id: result.eligible for result in before}
        time_stands = self.last.snapshot.settings.as_of == self.snapshot.settings.as_of
        lasting = {one.id for one in self._by_account if time_stands or "as_of" not in one.eligible}
        return {
            result.control_id: known[result.control_id] - was[result.control_id] + result.eligible
            for result in now
            if result.control_id in lasting
        }

    def places(self) -> str:
        """Return the query for where rows lie: those that the last run traced, and those on the islands.

        Rows with several versions are left out, as which of them counts may have changed.
        """
        self._show("traced_before", self.last.tables["traced"])
        own = {name: STREAMS[name].key[0] for name in LINKS if len(STREAMS[name].key) == 1}
        return " union all ".join(
            f"select * from traced_before where stream = '{name}'"
            f" and key not in (select {key} from island_{name})"
            f" union all select '{name}', {key}, path, _row from island_{name}"
            f" join arrivals on arrival = _file"
            f" where {key} not in (select {key} from island_versions_{name})"
            for name, key in own.items()
        )

    @contextmanager
    def _apart(self, snapshot: Snapshot, files: Mapping[str, Sequence[str]]) -> Iterator[Session]:
        """Open a session in which the islands are all there is, as a snapshot shows them."""
        shown = {
            name: files[name] if name in files else self.lake.files(name, version)
            for name, version in snapshot.versions.items()
        }
        with connect(self.limits) as islands:
            create_views(islands, Sources(shown, snapshot.unfinished), snapshot.settings)
            settle_versions(islands, snapshot.settings)
            enrich(islands)
            yield islands

    @property
    def _by_account(self) -> list[Control]:
        return [control for control in self.controls if control.span == "account"]

    def _judge(self, islands: Session) -> tuple[Tables, list[ControlResult]]:
        """Price and judge the islands; return their part of what a run leaves, and how much was judged."""
        review(islands, self.progress, {name: self._carried(name) for name in PRICE_LIST_FACTS})
        results = judge(
            islands,
            self._by_account,
            as_of=self.snapshot.settings.as_of,
            progress=self.progress,
            value=put_right,
        )
        conclude(islands, [])
        lay_flow(islands)
        return {name: islands.table(name).to_arrow_table() for name in _FRESH}, results

    def _before(self) -> Snapshot:
        """Return the last run's snapshot with everything hidden that has landed since."""
        arrived = self.session.execute("select distinct arrival from arrived").fetchall()
        before = self.last.snapshot
        hidden = before.unfinished | {arrival for (arrival,) in arrived}
        return Snapshot(before.versions, before.settings, frozenset(hidden))

    def _before_that(self, islands: Session) -> tuple[pa.Table, list[ControlResult]]:
        """Return what the islands' part of the flow was in the last run, and how much of them was judged."""
        self._show("judged_before", self.last.tables["judged"])
        query = load_sql(_SQL, "judged_before")
        islands.register("found_before", self.session.sql(query).to_arrow_table())
        islands.execute("create temp table judged as from found_before")
        conclude(islands, [])
        lay_flow(islands)
        return islands.table("flow").to_arrow_table(), measure(islands, self._by_account)

    def _carried(self, name: str) -> pa.Table:
        """Return those rows of a table of the last run that are of accounts on no island."""
        self._show("rows_before", self.last.tables[name])
        return self.session.sql(load_sql(_SQL, "carried")).to_arrow_table()

    def _put_together(self, fresh: Tables, stale: pa.Table) -> None:
        """Add what is carried over and what the islands gave to what looks at everything found."""
        by_account = {"controls": [control.id for control in self._by_account]}
        self._show("carried_findings", self._carried("judged"))
        self._show("carried_items", self._carried("open_items"))
        for name in ("carried_findings", "carried_items"):
            self.session.execute(load_sql(_SQL, name), by_account)
        self._show("fresh_findings", fresh["judged"])
        self._show("fresh_items", fresh["open_items"])
        for name in ("fresh_findings", "fresh_items"):
            self.session.execute(load_sql(_SQL, name))
        self._show("flow_before", self.last.tables["flow"])
        self._show("flow_stale", stale)
        self._show("flow_fresh", fresh["flow"])
        self.session.execute(load_sql(_SQL, "flow"))

    def _take(self, name: str, rows: pa.Table) -> None:
        self._show("taken", rows)
        self.session.execute(f"create or replace temp table {name} as from taken")

    def _show(self, name: str, rows: pa.Table) -> None:
        self.session.register(name, rows)


def _rows(table: pa.Table) -> list[str]:
    """Return the rows of a table, whatever order they stand in."""
    return sorted(map(repr, table.to_pylist()))


def _asks_too_much(control: Control) -> bool:
    """Tell whether a control looks at everything, also at what only the pricing of everything tells."""
    return control.span == "whole" and any(name in control.sql for name in REVIEWED if name != _PROBLEMS)
