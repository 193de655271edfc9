"""Delta tables of one lake: append once, list files at a version. Does not know what rows mean."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.transaction import AddAction, create_table_with_add_actions

from core.kernel.errors import LakeBusyError, LakeError
from core.lake.sql import file_pattern

__all__ = ["ROW_GROUP", "Lake"]

ROW_GROUP = 32_768
"""How many rows are read or passed over together."""

_ODD = re.compile(r"[\[\]^|\\\x00-\x1f]|%[0-9A-Fa-f]{2}")
"""What delta-rs cannot have in a path, or takes for something else."""

_REBUILD = "remove the lake's folder and run again, the landed files hold all that was in it"


class Lake:
    """Hold the Delta tables of one operator under one folder.

    Parameters
    ----------
    root
        The folder; made when first written to.
    schemas
        The Arrow schema of every table that may exist, by name.
    """

    def __init__(self, root: Path, schemas: Mapping[str, pa.Schema]) -> None:
        self.root = root
        self.schemas = schemas

    def path(self, name: str) -> Path:
        """Return the folder of a table, whether or not it exists."""
        return self.root / name

    def exists(self, name: str) -> bool:
        """Tell whether a table has a first version."""
        return DeltaTable.is_deltatable(str(self.path(name)))

    def versions(self, names: Iterable[str] | None = None) -> dict[str, int]:
        """Return the newest version of those tables that exist, asked one after another in that order."""
        return {name: self._open(name).version() for name in names or self.schemas if self.exists(name)}

    def files(self, name: str, version: int | None = None) -> list[str]:
        """Return the Parquet files that make up a table at a version, as patterns for ``read_parquet``.

        Raises
        ------
        LakeError
            RA-E300 when that version is not there any more, or a file is gone or torn.
        """
        added = pa.table(self._open(name, version).get_add_actions())
        files = []
        for file, size in zip(*(added[column].to_pylist() for column in ("path", "size_bytes")), strict=True):
            path = self.path(name) / unquote(file)
            if not path.is_file() or path.stat().st_size != size:
                raise LakeError(
                    f"table {name} has lost data: {path.name} is not whole; {_REBUILD}",
                    fields={"table": name},
                )
            files.append(file_pattern(path))
        return sorted(files)

    def committed(self, name: str, transactions: Iterable[str]) -> set[str]:
        """Return those transaction ids whose append to a table has been committed."""
        if not self.exists(name):
            return set()
        table = self._open(name)
        return {one for one in transactions if table.transaction_version(one) is not None}

    def _open(self, name: str, version: int | None = None) -> DeltaTable:
        try:
            return DeltaTable(str(self.path(name)), version=version)
        except Exception as error:  # noqa: BLE001 - delta-rs raises bare exceptions of its own
            newest = "newest version" if version is None else f"version {version}"
            raise LakeError(
                f"the {newest} of table {name} cannot be read; {_REBUILD}", fields={"table": name}
            ) from error

    def append(self, name: str, rows: pa.RecordBatchReader | pa.Table, transactions: Sequence[str]) -> None:
        """Append rows in one atomic commit that carries transaction ids for `committed` to find.

        Parameters
        ----------
        rows
            In the columns of the table; streamed, never held whole.
        transactions
            Names of what is appended; kept by Delta in the commit itself.
        """
        reader = rows.to_reader() if isinstance(rows, pa.Table) else rows
        schema, folder = self.schemas[name], self.path(name)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{uuid4()}.parquet"
        try:
            count = _write(file, reader, schema)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        written = file.stat()
        stats, at = json.dumps({"numRecords": count}), int(written.st_mtime * 1000)
        added = [AddAction(file.name, written.st_size, {}, at, data_change=True, stats=stats)]
        told = CommitProperties(app_transactions=[Transaction(one, 1) for one in transactions])
        if self.exists(name):
            self._open(name).create_write_transaction([*added], "append", schema, commit_properties=told)
        else:
            create_table_with_add_actions(
                str(folder), Schema.from_arrow(schema), added, commit_properties=told
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lake for one ingesting process; readers are never held up.

        Raises
        ------
        LakeBusyError
            RA-E301 when another process holds it.
        LakeError
            RA-E300 when Delta cannot address a folder of that name.
        """
        odd = _ODD.search(str(self.root.absolute()))
        if odd:
            raise LakeError(f"a lake cannot lie below a folder with {odd[0]!r} in its name; choose another")
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LakeBusyError(
                    f"another process is ingesting into {self.root}; wait for it or use another --out"
                ) from error
            yield


def _write(file: Path, rows: pa.RecordBatchReader, schema: pa.Schema) -> int:
    """Write rows in their order, as which they are found again fast; return how many there are.

    Delta's own writer splits what it is given over the processors and mixes it.
    """
    parts = (pa.Table.from_batches([batch]).select(schema.names).cast(schema) for batch in rows)
    first = next(parts, schema.empty_table())
    recurring = [name for name in schema.names if _recurs(first[name])]
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=recurring) as writer:
        for part in chain([first], parts):
            writer.write_table(part, row_group_size=ROW_GROUP)
            count += part.num_rows
    return count


def _recurs(column: pa.ChunkedArray) -> bool:
    """Tell whether a dictionary of a column's values would be much shorter than the column."""
    return len(column) > 2 * len(pc.unique(column))
