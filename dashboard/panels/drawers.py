"""The drawers of a case: one is open at a time, over whatever page shows the case. Draws none itself."""

from __future__ import annotations

from collections.abc import Callable

from core.api import Case, CaseStanding, Colleague, Sight
from dashboard import session
from dashboard.panels.case_actions import HAND_OVER, simple_drawers
from dashboard.panels.propose import propose_drawer


def drawers(case: Case, standing: CaseStanding, colleagues: Callable[[Sight], tuple[Colleague, ...]]) -> None:
    """Draw the drawer of this case that is open; who may be given it is asked only where it is needed."""
    propose_drawer(case, standing)
    is_handed_over = session.drawer() == f"{HAND_OVER} {case.case_id}"
    simple_drawers(case, standing, colleagues(session.assay().sight) if is_handed_over else ())
