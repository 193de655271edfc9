"""Finds what a dataset folder holds: its settings and its files, each with the streams it becomes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.events.mapping import Mapping, Source, read_mapping
from core.events.readers import file_format
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import DatasetError
from core.kernel.records import STREAMS

__all__ = ["TAP", "Dataset", "LandedFile", "open_dataset"]

TAP = "tap"
SETTINGS, MAPPING = "dataset.toml", "mapping.toml"


@dataclass(frozen=True)
class LandedFile:
    """Name one file and what it becomes.

    Parameters
    ----------
    place
        The path below the dataset's folder.
    folder
        The stream's folder, or ``tap``; what a reader of the contract would call the file's stream.
    name
        The path below that folder; what a rejected row is named by.
    sources
        The mapping's sources that read it; empty for a file in the contract's form.
    """

    path: Path
    place: str
    folder: str
    name: str
    sources: tuple[Source, ...] = ()

    @property
    def is_tap(self) -> bool:
        """Tell whether it holds TAP3 or NRTRDE instead of rows."""
        return self.folder == TAP

    @property
    def streams(self) -> tuple[str, ...]:
        """Return the streams it may add rows to."""
        if self.is_tap:
            return ("usage_files", "usage_events")
        return tuple(dict.fromkeys(str(source.stream) for source in self.sources)) or (self.folder,)


@dataclass(frozen=True)
class Dataset:
    """Hold one operator's hand-over: settings, files in order of arrival, and what was passed over."""

    settings: DatasetSettings
    files: tuple[LandedFile, ...]
    ignored: tuple[str, ...]


def open_dataset(
    folder: Path,
    mapping: Path | None = None,
    shipped: Path | None = None,
    settings: DatasetSettings | None = None,
) -> Dataset:
    """Look at a folder without reading its rows.

    Parameters
    ----------
    mapping
        A column mapping; without it ``mapping.toml`` in the folder, then a mapping that ships with Assay
        and whose every pattern finds a file.
    shipped
        The folder of the mappings that ship.
    settings
        Settings that stand for the folder's own, which it then need not have.

    Raises
    ------
    DatasetError
        RA-E101 when there is nothing to read or no usable settings; ``fields["problems"]`` has one line each.
    MappingError
        RA-E102 when the mapping is wrong.
    """
    if not folder.is_dir():
        raise _refuse([f"{folder} is not a folder; name the folder that holds the streams"])
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    chosen = mapping or _mapping_beside(folder, names, shipped)
    rules = read_mapping(chosen) if chosen else Mapping()
    files: list[LandedFile] = []
    ignored: list[str] = []
    for name in names:
        landed = _land(folder, name, rules) if _shown(name) == str(name) else None
        if landed is not None:
            files.append(landed)
        elif str(name) not in (SETTINGS, MAPPING) and not _hidden(name):
            ignored.append(_shown(name))
    if not files:
        raise _refuse(
            [f"{folder} holds no stream; expected folders or files named {', '.join([*STREAMS, TAP])}"]
        )
    settings = settings or _settings(folder, rules)
    order = {stream: place for place, stream in enumerate([*STREAMS, TAP])}
    files.sort(key=lambda landed: (order[landed.streams[0]], landed.folder, landed.name))
    return Dataset(settings, tuple(files), tuple(ignored))


def _mapping_beside(folder: Path, names: list[Path], shipped: Path | None) -> Path | None:
    if (folder / MAPPING).is_file():
        return folder / MAPPING
    if shipped is None or (folder / SETTINGS).is_file():
        return None
    for candidate in sorted(shipped.glob("*.toml")):
        sources = read_mapping(candidate).source
        if all(any(fnmatch(str(name), source.files) for name in names) for source in sources):
            return candidate
    return None


def _land(folder: Path, name: Path, rules: Mapping) -> LandedFile | None:
    if _hidden(name):
        return None
    matching = tuple(source for source in rules.source if fnmatch(str(name), source.files))
    if any(source.format == TAP for source in matching) or (name.parts[0] == TAP and len(name.parts) > 1):
        below = name.relative_to(TAP) if name.parts[0] == TAP else name
        return LandedFile(folder / name, str(name), TAP, str(below))
    if matching:
        return LandedFile(folder / name, str(name), str(matching[0].stream), str(name), matching)
    if len(name.parts) > 1 and name.parts[0] in STREAMS:
        return LandedFile(folder / name, str(name), name.parts[0], str(name.relative_to(name.parts[0])))
    stem = name.name.split(".", 1)[0]
    if len(name.parts) == 1 and stem in STREAMS and file_format(name.name):
        return LandedFile(folder / name, str(name), stem, name.name)
    return None


def _shown(name: Path) -> str:
    """Return a path as text; what is not UTF-8 in it, and so cannot be kept, shows as question marks."""
    return str(name).encode("utf-8", "replace").decode()


def _hidden(name: Path) -> bool:
    return any(part.startswith((".", "_")) for part in name.parts)


def _settings(folder: Path, rules: Mapping) -> DatasetSettings:
    path = folder / SETTINGS
    raw: dict[str, Any] | None = rules.dataset
    if path.is_file():
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _refuse([f"{SETTINGS}: {error}"]) from error
    if raw is None:
        raise _refuse(
            [
                f"{folder} has no {SETTINGS}; write one, or a [dataset] block in a mapping, with "
                f"{', '.join(DatasetSettings.model_fields)}"
            ]
        )
    try:
        return DatasetSettings.model_validate(raw)
    except ValidationError as error:
        raise _refuse(
            [
                f"{SETTINGS}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
                for problem in error.errors()
            ]
        ) from error


def _refuse(problems: list[str]) -> DatasetError:
    return DatasetError("\n".join(problems), fields={"problems": problems})
