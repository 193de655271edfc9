"""People and rights, which answers: who may sign in, as what, and who is here now."""

from __future__ import annotations

from dashboard.components.head import page_head


def main() -> None:
    """Draw the people, their sessions and what each role may do."""
    page_head("People & rights")


main()
