"""Decisions raced against each other on one store, and a decider killed at any moment: what is left."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from core.adapters.store import SqlStore, open_store
from core.governance.four_eyes import decide
from core.kernel.audit import AuditQuery, Facts
from core.kernel.errors import ConflictError
from core.kernel.people import Actor
from core.kernel.proposals import Proposal, Verdict
from tests.builders.audit import PSEUDONYMS
from tests.builders.proposals import NOW, a_change, a_proposal, a_request, an_actor

SPAWN = multiprocessing.get_context("spawn")
DECIDED = ("threshold.changed", "threshold.returned", "threshold.rejected", "threshold.withdrawn")
CONTENDERS: tuple[tuple[str, Verdict | None], ...] = (
    ("sue", "approved"),
    ("sam", "approved"),
    ("sil", "rejected"),
    ("sol", "returned"),
    ("ana", "withdrawn"),
    ("ana", None),  # proposes another in its place
)
"""Who wants what, all at the same moment."""


@dataclass(frozen=True)
class Raced:
    """Count rounds, and those that ended otherwise than in one decision, kept, applied and told once."""

    rounds: int
    not_once: int
    not_applied: int
    not_told_once: int
    won: Counter[str]

    @property
    def wrong(self) -> int:
        """Return how many rounds broke a rule."""
        return max(self.not_once, self.not_applied, self.not_told_once)


def ask(store: SqlStore, control_id: str, replaces: str | None = None) -> Proposal:
    """Propose another threshold of a control, on the evidence that the store has."""

    def make(evidence: Facts) -> Proposal:
        return a_proposal(a_change(object_id=control_id), evidence=evidence, replaces=replaces)

    return store.propose("control", control_id, make)


def end(store: SqlStore, proposal: Proposal, verdict: Verdict, actor: Actor) -> Proposal:
    """Decide a proposal as somebody."""
    request = a_request(proposal, verdict, actor)
    return store.decide(
        proposal.proposal_id, lambda kept, evidence: decide(kept, request, now=NOW, evidence=evidence)
    )


def race(url: str, rounds: int, processes: int = 2) -> Raced:
    """Let all contenders decide each of some proposals at once, spread over processes and their threads."""
    store = open_store(url, PSEUDONYMS)
    made = [ask(store, f"control_{place:05d}") for place in range(rounds)]
    barrier, won = SPAWN.Barrier(len(CONTENDERS)), SPAWN.Queue()
    ids = [one.proposal_id for one in made]
    crowd = [
        SPAWN.Process(target=_contend, args=(url, ids, CONTENDERS[place::processes], barrier, won))
        for place in range(processes)
    ]
    for process in crowd:
        process.start()
    winners = [won.get(timeout=1_800) for _ in CONTENDERS]
    for process in crowd:
        process.join()
    wins = Counter(proposal_id for _, theirs in winners for proposal_id in theirs)
    result = Raced(
        rounds,
        sum(wins[one] != 1 for one in ids),
        sum(not is_applied(store, one) for one in ids),
        sum(not is_told_once(store, one) for one in made),
        Counter({f"{who} {verdict or 'replaced'}": len(theirs) for (who, verdict), theirs in winners}),
    )
    store.close()
    return result


def is_applied(store: SqlStore, proposal_id: str) -> bool:
    """Tell whether exactly what was approved is in force."""
    proposal = store.proposal(proposal_id)
    assert proposal is not None
    versions = [one.proposal_id for one in store.control_history(proposal.object_id)]
    return versions == ([proposal_id] if proposal.state == "approved" else [])


def is_told_once(store: SqlStore, proposal: Proposal) -> bool:
    """Tell whether the audit trail holds one decision of a proposal, the one that is kept."""
    query = AuditQuery(object_kind="control", object_id=proposal.object_id, actions=DECIDED)
    entries = store.audit_entries(query, offset=0, limit=10)
    told = [one.event.action for one in entries if one.event.context["proposal"] == proposal.proposal_id]
    kept = store.proposal(proposal.proposal_id)
    state = kept.state if kept else ""
    return told == ([] if state == "waiting" else [f"threshold.{state}".replace("approved", "changed")])


def _contend(
    url: str,
    ids: Sequence[str],
    contenders: Sequence[tuple[str, Verdict | None]],
    barrier: Barrier,
    won: Queue[tuple[tuple[str, Verdict | None], list[str]]],
) -> None:
    store = open_store(url, PSEUDONYMS)
    threads = [
        threading.Thread(target=_one, args=(store, ids, contender, barrier, won)) for contender in contenders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()


def _one(
    store: SqlStore,
    ids: Sequence[str],
    contender: tuple[str, Verdict | None],
    barrier: Barrier,
    won: Queue[tuple[tuple[str, Verdict | None], list[str]]],
) -> None:
    name, verdict = contender
    actor, theirs = an_actor(name, "supervisor" if name != "ana" else "analyst"), []
    for proposal_id in ids:
        proposal = store.proposal(proposal_id)
        assert proposal is not None
        barrier.wait()
        try:
            if verdict is not None:
                end(store, proposal, verdict, actor)
                theirs.append(proposal_id)
            elif _took_back(store, proposal, ask(store, proposal.object_id, replaces=proposal_id)):
                theirs.append(proposal_id)
        except ConflictError:
            continue
    won.put((contender, theirs))


def _took_back(store: SqlStore, before: Proposal, new: Proposal) -> bool:
    """Tell whether the new one ended the one before; what was returned already may be proposed anew."""
    kept = store.proposal(before.proposal_id)
    return bool(kept and kept.decision and new.proposal_id in kept.decision.reason)


@dataclass(frozen=True)
class Killed:
    """Count how often a decider was killed, how much it had decided, and what was left half done."""

    kills: int
    proposals: int
    decided: int
    half_done: int


def kill(url: str, kills: int, seed: int) -> Killed:
    """Kill a process that approves one proposal after the other, at random moments, and look at all."""
    chance, store = random.Random(seed), open_store(url, PSEUDONYMS)
    made: list[Proposal] = []
    for turn in range(kills):
        batch = [ask(store, f"killed_{turn:04d}_{place:03d}") for place in range(60)]
        made += batch
        ready = SPAWN.Event()
        process = SPAWN.Process(target=_approve_all, args=(url, [one.proposal_id for one in batch], ready))
        process.start()
        ready.wait()
        time.sleep(chance.uniform(0, 0.8))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    states = [store.proposal(one.proposal_id) for one in made]
    wrong = [one for one in made if not (is_applied(store, one.proposal_id) and is_told_once(store, one))]
    store.close()
    return Killed(
        kills, len(made), sum(one is not None and one.state == "approved" for one in states), len(wrong)
    )


def _approve_all(url: str, ids: Sequence[str], ready: threading.Event) -> None:
    store = open_store(url, PSEUDONYMS)
    ready.set()
    for proposal_id in ids:
        proposal = store.proposal(proposal_id)
        assert proposal is not None
        end(store, proposal, "approved", an_actor("sue", "supervisor"))
