"""Stages the rows of a parcel of files, settles repeats and appends what is left to the lake."""

from __future__ import annotations

from collections import Counter

import duckdb
import pyarrow as pa

from core.events.dataset import LandedFile
from core.events.mapping import Source
from core.events.project import missing_columns, project
from core.events.readers import Chunk, CsvForm, Rejected, file_format, read_chunks
from core.events.readers.stream import unreadable
from core.events.repeats import settle
from core.events.roaming import located, read_roaming_file
from core.events.tap3 import decode
from core.kernel.dataset import DatasetSettings
from core.kernel.errors import UnreadableFileError
from core.kernel.records import STREAMS
from core.lake.books import unfinished
from core.lake.schemas import LEDGER, QUARANTINE, REVISED, SCHEMAS, ddl, layout
from core.lake.session import Session
from core.lake.sql import identifier
from core.lake.tables import Lake

__all__ = ["Stage"]

_OURS = (
    duckdb.OutOfMemoryException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)
"""Errors of DuckDB that say something about this machine or this code, not about the file."""

_BATCH = 65_536

_EMPTY = Rejected(
    0,
    "",
    "",
    "the file holds no records",
    "ask the partner whether there was no usage; a notification would say so",
)
_WHOLE_FILE = "correct or replace the file; a file of the same name is read again when its content changes"


class Stage:
    """Hold the rows of one parcel until they are committed together.

    Parameters
    ----------
    session
        A session of its own; what is staged spills to disk instead of growing.
    """

    def __init__(self, session: Session, lake: Lake, settings: DatasetSettings) -> None:
        self._session = session
        self._lake = lake
        self._settings = settings
        self._streams: dict[str, None] = {}
        self._read: Counter[tuple[int, str]] = Counter()
        self._notes: dict[int, str] = {}
        session.execute("CREATE TEMP TABLE parcel (_file BIGINT, _file_name VARCHAR)")
        session.execute(f"CREATE TEMP TABLE rejected ({ddl(QUARANTINE)})")

    def read(self, arrival: int, file: LandedFile) -> None:
        """Stage one file's rows; a file that cannot be read to its end leaves one entry in quarantine."""
        self._session.execute("INSERT INTO parcel VALUES ($1, $2)", [arrival, file.name])
        for stream in file.streams:
            self._open(stream)
            self._read[arrival, stream] += 0
        try:
            self._read_rows(arrival, file)
        except UnreadableFileError as error:
            self._refuse(arrival, file, error.message)
        except _OURS:
            raise
        except duckdb.Error as error:
            self._refuse(arrival, file, unreadable("cannot be read to its end", error).message)

    def commit(self) -> None:
        """Append what is staged, each table in one commit, the ledger last."""
        for stream in self._streams:
            self._settle(stream)
        for stream in self._streams:
            self._append(stream, _staged(stream), "_file", layout(STREAMS[stream]))
        self._append(QUARANTINE, "rejected", "arrival", "arrival, stream, row")
        self._write_ledger()

    def _write_ledger(self) -> None:
        self._session.execute(f"CREATE TEMP TABLE ledger ({ddl(LEDGER)})")
        for (arrival, stream), rows in sorted(self._read.items()):
            stored = self._count(f"SELECT count(*) FROM {_staged(stream)} WHERE _file = {arrival}")
            bad = self._count(
                f"SELECT count(*) FROM rejected WHERE arrival = {arrival} AND stream = '{stream}' AND row > 0"
            )
            self._session.execute(
                "INSERT INTO ledger VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [arrival, stream, rows, stored, bad, rows - stored - bad, self._notes.get(arrival, "")],
            )
        self._append(LEDGER, "ledger", "arrival", "arrival, stream")

    def _open(self, stream: str) -> None:
        if stream not in self._streams:
            self._streams[stream] = None
            self._session.execute(f"CREATE TEMP TABLE {_staged(stream)} ({ddl(stream)})")

    def _read_rows(self, arrival: int, file: LandedFile) -> None:
        if file.is_tap:
            self._read_tap(arrival, file)
            return
        kind = file_format(file.path.name)
        if kind is None:
            raise UnreadableFileError(
                "the file's ending is none of .parquet, .csv, .csv.gz, .jsonl, .jsonl.gz"
            )
        form = file.sources[0].form if file.sources else CsvForm()
        for chunk in read_chunks(self._session, file.path, kind, form):
            for source in file.sources or (None,):
                stream = file.folder if source is None else str(source.stream)
                self._stage(arrival, file, stream, chunk, source)
            self._reject(arrival, file, file.streams[0], chunk.rejected)

    def _stage(
        self, arrival: int, file: LandedFile, stream: str, chunk: Chunk, source: Source | None
    ) -> None:
        described = self._session.execute(f"DESCRIBE {chunk.relation}").fetchall()
        columns = {row[0]: row[1] for row in described if row[0] != "_row"}
        missing = missing_columns(stream, columns, source)
        if missing:
            raise UnreadableFileError(
                f"the file lacks {', '.join(missing)} of {stream}; it has {', '.join(columns)[:300]}"
            )
        queries = project(stream, chunk.relation, columns, source)
        names = ", ".join(identifier(column.name) for column in STREAMS[stream].stored)
        accepted = self._count(
            f"INSERT INTO {_staged(stream)} SELECT {names}, {arrival}, _row, _extra FROM ({queries.accepted})"
        )
        rows = chunk.rows
        if queries.where:
            rows = self._count(f"SELECT count(*) FROM {chunk.relation}{queries.where}")
        if accepted < rows:
            self._session.execute(
                f"INSERT INTO rejected SELECT $1, $2, $3, row, name, value, reason, remedy, $4 "
                f"FROM ({queries.rejected})",
                [arrival, stream, file.name, self._settings.as_of],
            )
        self._read[arrival, stream] += rows

    def _read_tap(self, arrival: int, file: LandedFile) -> None:
        batch = decode(read_roaming_file(file.path), home=self._settings.home_tadig)
        for stream, rows in located(self._session, self._lake, batch).items():
            self._stage(arrival, file, stream, Chunk(rows, self._count(f"SELECT count(*) FROM {rows}")), None)
        rejected = [Rejected(*record) for record in batch.rejected]
        self._reject(arrival, file, "usage_events", rejected)
        if batch.records == 0:
            self._reject(arrival, file, "usage_files", [_EMPTY])
        self._notes[arrival] = " ".join(batch.warnings)

    def _reject(self, arrival: int, file: LandedFile, stream: str, rejected: list[Rejected]) -> None:
        if not rejected:
            return
        as_of = self._settings.as_of
        rows = pa.Table.from_pylist(
            [
                {"arrival": arrival, "stream": stream, "file": file.name, "quarantined_at": as_of}
                | row._asdict()
                for row in rejected
            ],
            schema=SCHEMAS[QUARANTINE],
        )
        self._session.register("more_rejected", rows)
        self._session.execute("INSERT INTO rejected SELECT * FROM more_rejected")
        self._session.unregister("more_rejected")
        self._read[arrival, stream] += sum(row.row > 0 for row in rejected)

    def _refuse(self, arrival: int, file: LandedFile, reason: str) -> None:
        """Undo what a file has staged and put the whole file in quarantine, as row 0."""
        self._session.execute("DELETE FROM rejected WHERE arrival = $1", [arrival])
        for stream in file.streams:
            self._session.execute(f"DELETE FROM {_staged(stream)} WHERE _file = $1", [arrival])
            self._read[arrival, stream] = 0
        whole = Rejected(0, "", "", reason, _WHOLE_FILE)
        self._reject(arrival, file, file.streams[0], [whole])

    def _settle(self, stream: str) -> None:
        declared = STREAMS[stream]
        settled = settle(self._session, declared, _staged(stream), self._existing(stream))
        self._session.execute(
            f"""INSERT INTO rejected
                SELECT _file, $1, _file_name, _row, $2, {identifier(declared.key[0])}::VARCHAR, $3, $4, $5
                FROM {_staged(stream)} JOIN {settled.verdicts} USING (_file, _row)
                JOIN parcel USING (_file) WHERE verdict = 'conflict'""",
            [
                stream,
                declared.key[0],
                f"a row with the same {' and '.join(declared.key)} came before and says something else",
                "give it a later updated_at"
                if declared.revisable
                else "give it a key of its own, or deliver the first content again",
                self._settings.as_of,
            ],
        )
        self._session.execute(
            f"""DELETE FROM {_staged(stream)} USING {settled.verdicts} AS verdicts
                WHERE {_staged(stream)}._file = verdicts._file AND {_staged(stream)}._row = verdicts._row
                AND verdict <> 'store'"""
        )
        self._session.execute(
            f"""CREATE OR REPLACE TEMP TABLE revised AS
                SELECT _file AS arrival, '{stream}' AS stream, key_hash FROM {settled.revised}"""
        )
        self._append(REVISED, "revised", "arrival", "key_hash", stream)

    def _existing(self, stream: str) -> str | None:
        if not self._lake.exists(stream):
            return None
        open_numbers = ", ".join(map(str, sorted(unfinished(self._lake)))) or "0"
        files = ", ".join(f"'{file}'" for file in self._lake.files(stream))
        self._session.execute(
            f"""CREATE OR REPLACE TEMP VIEW existing AS
                SELECT * FROM read_parquet([{files}]) WHERE _file NOT IN ({open_numbers})"""
        )
        return "existing"

    def _append(self, table: str, relation: str, arrival: str, order: str, part: str = "") -> None:
        """Append a relation's rows, but those of arrivals whose rows an earlier try has appended."""
        names = {f"{number}{part}": number for number, _ in self._read}
        done = self._lake.committed(table, names)
        waiting = {name: number for name, number in names.items() if name not in done}
        rows = f"FROM {relation} WHERE {arrival} IN ({', '.join(map(str, waiting.values())) or '0'})"
        if self._count(f"SELECT count(*) {rows}"):
            found = self._session.sql(f"SELECT * {rows} ORDER BY {order}")
            self._lake.append(table, found.to_arrow_reader(_BATCH), list(waiting))

    def _count(self, query: str) -> int:
        return int(self._session.execute(query).fetchall()[0][0])


def _staged(stream: str) -> str:
    return f"staged_{stream}"
