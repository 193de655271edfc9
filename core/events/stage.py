"""Stages the rows of a parcel of files: what can be read as the contract says, and why the rest cannot."""

from __future__ import annotations

from collections import Counter

import duckdb
import pyarrow as pa

from core.events.dataset import LandedFile
from core.events.mapping import Source
from core.events.project import missing_columns, project, unmatched
from core.events.readers import Chunk, CsvForm, Rejected, file_format, read_chunks
from core.events.readers.stream import unreadable
from core.events.roaming import located, read_roaming_file
from core.events.tap3 import decode
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import UnreadableFileError
from core.kernel.records import STREAMS
from core.lake.schemas import QUARANTINE, SCHEMAS, ddl
from core.lake.session import Session
from core.lake.sql import identifier
from core.lake.tables import Lake

__all__ = ["REJECTED", "Stage", "staged_table"]

REJECTED = "rejected"
"""The temporary table of what was rejected, in the columns of the quarantine."""

_OURS = (
    duckdb.OutOfMemoryException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)
"""Errors of DuckDB that say something about this machine or this code, not about the file."""

_EMPTY = Rejected(
    0,
    "",
    "",
    "the file holds no records",
    "ask the partner whether there was no usage; a notification would say so",
)
_WHOLE_FILE = "correct or replace the file; a file of the same name is read again when its content changes"


def staged_table(stream: str) -> str:
    """Return the temporary table that holds a stream's staged rows."""
    return f"staged_{stream}"


class Stage:
    """Hold the rows of one parcel until they are committed together.

    Parameters
    ----------
    session
        A session of its own; what is staged spills to disk instead of growing.

    Attributes
    ----------
    settings
        The dataset's; their ``as_of`` dates what is rejected.
    files
        The files that were staged, by their arrival number.
    streams
        The streams that have a staged table, in the order in which they came up.
    rows_read
        How many rows each arrival gave each stream.
    notes
        For an arrival, what does not hold together in it.
    """

    def __init__(self, session: Session, lake: Lake, settings: DatasetSettings) -> None:
        self.files: dict[int, LandedFile] = {}
        self.streams: list[str] = []
        self.rows_read: Counter[tuple[int, str]] = Counter()
        self.notes: dict[int, str] = {}
        self._session = session
        self._lake = lake
        self.settings = settings
        session.execute(f"CREATE TEMP TABLE {REJECTED} ({ddl(QUARANTINE)})")

    def read(self, arrival: int, file: LandedFile) -> None:
        """Stage one file's rows; a file that cannot be read to its end leaves one entry in quarantine."""
        self.files[arrival] = file
        for stream in file.streams:
            self._open(stream)
            self.rows_read[arrival, stream] += 0
        try:
            if file.is_tap:
                self._read_tap(arrival, file)
            else:
                self._read_table(arrival, file)
        except UnreadableFileError as error:
            self.refuse(arrival, error.message)
        except _OURS:
            raise
        except duckdb.Error as error:
            self.refuse(arrival, unreadable("cannot be read to its end", error).message)

    def refuse(self, arrival: int, reason: str) -> None:
        """Undo what a file has staged and put the whole file in quarantine, as row 0."""
        file = self.files[arrival]
        self.notes.pop(arrival, None)
        self._session.execute(f"DELETE FROM {REJECTED} WHERE arrival = $1", [arrival])
        for stream in file.streams:
            self._session.execute(f"DELETE FROM {staged_table(stream)} WHERE _file = $1", [arrival])
            self.rows_read[arrival, stream] = 0
        self._reject(arrival, file.streams[0], [Rejected(0, "", "", reason, _WHOLE_FILE)])

    def _open(self, stream: str) -> None:
        if stream not in self.streams:
            self.streams.append(stream)
            self._session.execute(f"CREATE TEMP TABLE {staged_table(stream)} ({ddl(stream)})")

    def _read_table(self, arrival: int, file: LandedFile) -> None:
        kind = file_format(file.path.name)
        if kind is None:
            raise UnreadableFileError(
                "the file's ending is none of .parquet, .csv, .csv.gz, .jsonl, .jsonl.gz"
            )
        form = file.sources[0].form if file.sources else CsvForm()
        is_described, passed_over, rows = False, 0, 0
        for chunk in read_chunks(self._session, file.path, kind, form):
            columns = self._columns(chunk)
            for source in (file.sources or (None,)) if columns else ():
                stream = file.folder if source is None else str(source.stream)
                self._stage_columns(arrival, stream, chunk, columns, source, may_lack=is_described)
            is_described |= bool(columns)
            condition = unmatched(file.sources)
            if columns and condition:
                passed_over += self._count(f"SELECT count(*) FROM {chunk.relation} WHERE {condition}")
            rows += chunk.rows + len(chunk.rejected)
            self._reject(arrival, file.streams[0], chunk.rejected)
        if passed_over:
            self.notes[arrival] = f"{passed_over} of {rows} rows match no source of the mapping."
        elif not rows:
            self.notes[arrival] = "The file holds no rows."

    def _columns(self, chunk: Chunk) -> dict[str, str]:
        described = self._session.execute(f"DESCRIBE {chunk.relation}").fetchall()
        return {row[0]: row[1] for row in described if row[0] != "_row"}

    def _stage_columns(
        self,
        arrival: int,
        stream: str,
        chunk: Chunk,
        columns: dict[str, str],
        source: Source | None,
        *,
        may_lack: bool,
    ) -> None:
        """Stage a chunk; a column that an earlier chunk of the file had may be lacking, and is then empty."""
        missing = missing_columns(stream, columns, source)
        if missing and not may_lack:
            raise UnreadableFileError(
                f"the file lacks {', '.join(missing)} of {stream}; it has {', '.join(columns)[:300]}"
            )
        empty = "".join(f", NULL::VARCHAR AS {identifier(name)}" for name in missing)
        relation = f"(SELECT *{empty} FROM {chunk.relation})" if missing else chunk.relation
        self._stage(arrival, stream, relation, columns | dict.fromkeys(missing, "VARCHAR"), source)

    def _stage(
        self, arrival: int, stream: str, relation: str, columns: dict[str, str], source: Source | None
    ) -> None:
        queries = project(stream, relation, columns, source)
        names = ", ".join(identifier(column.name) for column in STREAMS[stream].stored)
        accepted = self._count(
            f"INSERT INTO {staged_table(stream)} "
            f"SELECT {names}, {arrival}, _row, _extra FROM ({queries.accepted})"
        )
        rows = self._count(f"SELECT count(*) FROM {relation}{queries.where}")
        if accepted < rows:
            self._session.execute(
                f"INSERT INTO {REJECTED} SELECT $1, $2, $3, row, name, value, reason, remedy, $4, file_id "
                f"FROM ({queries.rejected})",
                [arrival, stream, self.files[arrival].name, self.settings.as_of],
            )
        self.rows_read[arrival, stream] += rows

    def _read_tap(self, arrival: int, file: LandedFile) -> None:
        batch = decode(read_roaming_file(file.path), home=self.settings.home_tadig)
        for stream, relation in located(self._session, self._lake, batch).items():
            columns = self._columns(Chunk(relation, 0))
            missing = missing_columns(stream, columns, None)
            if missing:
                raise UnreadableFileError(f"the file says nothing of {', '.join(missing)} of {stream}")
            self._stage(arrival, stream, relation, columns, None)
        rejected = [Rejected(*record) for record in batch.rejected]
        self._reject(arrival, "usage_events", rejected, file_id=batch.file["file_id"])
        if batch.records == 0:
            self._reject(arrival, "usage_files", [_EMPTY])
        self.notes[arrival] = " ".join(batch.warnings)

    def _reject(
        self, arrival: int, stream: str, rejected: list[Rejected], *, file_id: str | None = None
    ) -> None:
        if not rejected:
            return
        common = {
            "arrival": arrival,
            "stream": stream,
            "file": self.files[arrival].name,
            "quarantined_at": self.settings.as_of,
            "file_id": file_id,
        }
        rows = pa.Table.from_pylist([common | row._asdict() for row in rejected], schema=SCHEMAS[QUARANTINE])
        self._session.register("more_rejected", rows)
        self._session.execute(f"INSERT INTO {REJECTED} SELECT * FROM more_rejected")
        self._session.unregister("more_rejected")
        self.rows_read[arrival, stream] += sum(row.row > 0 for row in rejected)

    def _count(self, query: str) -> int:
        return int(self._session.execute(query).fetchall()[0][0])
