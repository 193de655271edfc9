"""The errors of Assay: one tree, stable codes, one sentence that says what to do next.

    AssayError                    RA-E000
    ├── InputError                RA-E100  what was handed over cannot be used
    │   ├── DatasetError          RA-E101  a folder is not a dataset
    │   ├── MappingError          RA-E102  a column mapping is wrong
    │   └── UnreadableFileError   RA-E103  one file cannot be read to its end
    ├── DefinitionError           RA-E200  something that ships or an operator wrote is malformed
    │   └── ControlDefinitionError RA-E201 a control file is malformed
    ├── LakeError                 RA-E300  the lake refused
    │   └── LakeBusyError         RA-E301  another process is ingesting into it
    ├── NotFoundError             RA-E400  nothing has that id
    ├── ConflictError             RA-E401  somebody else changed it first
    ├── ForbiddenError            RA-E402  this person may not do that
    │   ├── ProofNeededError      RA-E404  they may, once they have proved again who they are
    │   └── FourEyesError         RA-E405  somebody else must decide that
    ├── SignInError               RA-E403  nobody is let in that way
    ├── TooOftenError             RA-E406  a program asks more often than it may
    ├── StoreError                RA-E500  the operational store cannot be reached or read
    └── AuditError                RA-E600  the audit trail is not what its checkpoints say

A rule that is *broken by data* is a result (a finding), never an exception.
Does not hold messages for screens: pages word their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AssayError(Exception):
    """Carry one sentence and the facts behind it.

    Parameters
    ----------
    message
        What is wrong and what to do next, one sentence.
    fields
        The facts as data: file, row, column, value and the like.

    Notes
    -----
    One positional argument, so that the workflow engine can pickle and replay it.
    """

    code = "RA-E000"

    def __init__(self, message: str, *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, Any] = dict(fields or {})

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the message, then restore the fields."""
        return (type(self), (self.message,), {"fields": self.fields})


class InputError(AssayError):
    """Refuse what was handed over."""

    code = "RA-E100"


class DatasetError(InputError):
    """Refuse a folder that is not a dataset."""

    code = "RA-E101"


class MappingError(InputError):
    """Refuse a column mapping, naming the key that is wrong."""

    code = "RA-E102"


class UnreadableFileError(InputError):
    """Refuse one file that cannot be read to its end; the run goes on without it."""

    code = "RA-E103"


class DefinitionError(AssayError):
    """Refuse a malformed definition that ships with Assay or that an operator wrote."""

    code = "RA-E200"


class ControlDefinitionError(DefinitionError):
    """Refuse a malformed control, naming the file and the line."""

    code = "RA-E201"


class LakeError(AssayError):
    """Report that the lake cannot do what was asked."""

    code = "RA-E300"


class LakeBusyError(LakeError):
    """Report that another process is ingesting into this lake."""

    code = "RA-E301"


class NotFoundError(AssayError):
    """Report that nothing has that id."""

    code = "RA-E400"


class ConflictError(AssayError):
    """Report that somebody else changed it first."""

    code = "RA-E401"


class ForbiddenError(AssayError):
    """Refuse somebody what their role or their segments do not allow; ``fields`` names the right."""

    code = "RA-E402"


class SignInError(AssayError):
    """Refuse to let somebody in, or to take a password; ``fields`` says why in one word."""

    code = "RA-E403"


class ProofNeededError(ForbiddenError):
    """Ask a person to prove again who they are before something that weighs much."""

    code = "RA-E404"


class FourEyesError(ForbiddenError):
    """Refuse a decision to somebody who must leave it to another person; ``fields`` names the rule."""

    code = "RA-E405"


class TooOftenError(AssayError):
    """Refuse a program that asks too often; ``fields["wait_s"]`` says for how many seconds."""

    code = "RA-E406"


class StoreError(AssayError):
    """Report that the operational store cannot be reached or read."""

    code = "RA-E500"


class AuditError(AssayError):
    """Report that the audit trail, or its checkpoints, are not what they were."""

    code = "RA-E600"
