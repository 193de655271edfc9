"""What ``assay operator`` does with what people type. Carries nothing out itself."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from core.kernel.errors import InputError
from core.simulation.reference.extract import extract
from core.simulation.reference.load import load
from core.simulation.reference.state import State

__all__ = ["hand_back", "open_reference", "reference_server"]


def reference_server(dataset: Path, file: Path, token: str, *, afresh: bool = False) -> ASGIApp:
    """Return the server of a reference operator, as `open_reference` and ``create_reference``."""
    from core.simulation.reference.app import create_reference  # costs every other command a while

    return create_reference(open_reference(dataset, file, afresh=afresh), token)


def hand_back(file: Path, out: Path) -> dict[str, int]:
    """Write what the operator in a database holds as a dataset, as `extract`.

    Raises
    ------
    InputError
        RA-E100 when it holds nothing, or the folder cannot be written to.
    """
    return extract(open_reference(None, file), out)


def open_reference(dataset: Path | None, file: Path | None, *, afresh: bool = False) -> State:
    """Open the operator in a database; a dataset is loaded where it holds no other state of it.

    Parameters
    ----------
    dataset
        The folder to load from; None to go on with what the database holds.
    afresh
        Forget what was done since the dataset was loaded.

    Raises
    ------
    InputError
        RA-E100 and below when there is nothing to load, or the folder cannot be used.
    """
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    state = State(file)
    is_other = dataset is not None and state.loaded_from != str(dataset.resolve())
    if dataset is not None and (afresh or is_other):
        load(state, dataset)
    if state.loaded_from is None:
        raise InputError("the operator holds nothing yet; name the dataset to load it from")
    return state
