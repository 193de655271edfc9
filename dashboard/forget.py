"""What is read anew after a change: answers that it may have made untrue. Reads nothing."""

from __future__ import annotations

from dashboard import queries, rule_queries


def settings() -> None:
    """Ask again for what an approval may have changed."""
    for read in (
        queries.control_cards,
        queries.quality,
        rule_queries.policy,
        rule_queries.suggested_thresholds,
        rule_queries.threshold_advice,
    ):
        read.clear()


def cases() -> None:
    """Ask again for what a step of a case changes."""
    for read in (
        queries.home,
        queries.queue,
        queries.view_counts,
        queries.case,
        queries.case_findings,
        queries.findings_at_once,
        queries.case_standing,
        queries.account,
        rule_queries.verdicts,
        rule_queries.threshold_advice,
    ):
        read.clear()


def masks() -> None:
    """Ask again for what may show a customer's numbers, after somebody has opened them."""
    for read in (queries.account, queries.case, queries.case_findings, queries.findings_at_once):
        read.clear()
