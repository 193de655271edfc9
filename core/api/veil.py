"""What of a customer is shown in clear to whoever asks. Decides by their rights and what they have opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.api.account_answers import ContactRow
from core.api.answers import FindingView
from core.cases.evidence import Evidence, EvidenceLine, EvidenceRow, read_evidence
from core.governance.masking import masked_text, masked_value
from core.kernel.advice import Advice
from core.kernel.results import Case, Finding

__all__ = ["Veil"]


@dataclass(frozen=True)
class Veil:
    """Hide what is personal.

    Parameters
    ----------
    names
        Whether names, and what people wrote about customers, are shown.
    opened
        The accounts whose numbers are shown.
    """

    names: bool
    opened: frozenset[str]

    def case(self, case: Case) -> Case:
        """Return a case as it may be seen."""
        return case if self.names else replace(case, account_name=None)

    def cases(self, cases: Iterable[Case]) -> tuple[Case, ...]:
        """Return cases as they may be seen."""
        return tuple(map(self.case, cases))

    def contacts(self, contacts: Iterable[ContactRow]) -> tuple[ContactRow, ...]:
        """Return conversations as they may be seen."""
        return tuple(one if self.names else replace(one, note=None) for one in contacts)

    def advice(self, advice: Advice | None) -> Advice | None:
        """Return advice as it may be seen: what agents wrote down like what else people wrote."""
        if advice is None or not advice.contacts:
            return advice
        seen = (
            replace(one, note=masked_text(one.note) if self.names and one.note else None)
            for one in advice.contacts
        )
        return replace(advice, contacts=tuple(seen))

    def findings(self, findings: Iterable[Finding]) -> tuple[FindingView, ...]:
        """Return findings with their evidence read, as they may be seen; the raw evidence stays behind."""
        return tuple(self._finding(finding) for finding in findings)

    def _finding(self, finding: Finding) -> FindingView:
        evidence, known = read_evidence(finding.evidence), replace(finding, evidence="")
        if finding.account_id is not None and finding.account_id in self.opened:
            return FindingView(known, evidence)
        subject = self._value(finding.stream, "key", finding.subject_id)
        seen = Evidence(tuple(map(self._line, evidence.lines)), tuple(map(self._row, evidence.rows)))
        return FindingView(replace(known, subject_id=subject), seen)

    def _line(self, line: EvidenceLine) -> EvidenceLine:
        column = line.label.replace(" ", "_")
        actual = None if line.actual is None else self._value("", column, line.actual)
        expected = None if line.expected is None else self._value("", column, line.expected)
        if (actual, expected) == (line.actual, line.expected):
            return line
        return replace(line, actual=actual, expected=expected, difference=None)

    def _row(self, row: EvidenceRow) -> EvidenceRow:
        rejected = dict(row.values).get("column")  # a row in quarantine tells which of its columns is wrong
        values = tuple(
            (name, self._value(row.stream, name, value))
            if rejected is None or name != "value"
            else (name, self._value(row.stream, rejected, masked_text(value)))
            for name, value in row.values
        )
        return replace(row, key=self._value(row.stream, "key", row.key), values=values)

    def _value(self, stream: str, column: str, value: str) -> str:
        return masked_value(stream, column, value, words=self.names)
